import { lineFinder } from '../../../source/lines.ts';
import { maskText } from '../../../source/mask.ts';
import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { isMovableImage, movableImage } from './container-rules.ts';

/** Returns whether a YAML file starts containers: a Compose file, a Kubernetes manifest or a GitLab pipeline. */
export function isDeployment(path: string, text: string): boolean {
  if (/(?:^|\/)(?:docker-)?compose(?:\.[\w-]+)*\.ya?ml$|(?:^|\/)\.gitlab-ci\.yml$/.test(path)) return true;
  return /\.ya?ml$/.test(path) && /^apiVersion:\s/m.test(text) && /^kind:\s/m.test(text);
}

const RULES: readonly (Pick<Hit, 'rule' | 'severity' | 'title' | 'detail'> & { pattern: RegExp })[] = [
  {
    rule: 'privileged-container',
    severity: 'major',
    title: 'privileged-container: privileged: true',
    pattern: /^\s*privileged:\s*true\b/gm,
    detail:
      'A program in the container has full control of the host; add only the capability or device that it needs.',
  },
  {
    rule: 'docker-socket',
    severity: 'minor',
    title: 'docker-socket: the socket of the container engine is mounted',
    pattern: /^.*\/var\/run\/docker\.sock/gm,
    detail:
      'A program in the container can control the host through the socket; use a filtering proxy, or remove the mount.',
  },
];

/** Reports privileged containers, engine sockets and movable images of a deployment file. */
export function judgeDeployment(file: SourceFile): Hit[] {
  const source = file.text() ?? '';
  const { text } = maskText(source, 'yaml');
  const lineOf = lineFinder(source);
  const hits = RULES.flatMap(({ pattern, ...rule }) =>
    [...text.matchAll(pattern)].map((m): Hit => ({ ...rule, path: file.path, line: lineOf(endOf(m)) })),
  );
  for (const match of text.matchAll(/^\s*(?:-\s*)?image:[ \t]*["']?([^\s"'#]+)/gm)) {
    const image = match[1] ?? '';
    // An image without a host or tag that this project builds is pinned by its own commit.
    if (image.includes('{') || !image.endsWith(':latest') || !isMovableImage(image)) continue;
    hits.push(movableImage(file.path, lineOf(endOf(match)), image, 'a restart can run another program'));
  }
  return hits;
}

// The match can start with blank lines, so its end gives the line.
function endOf(match: RegExpMatchArray): number {
  return (match.index ?? 0) + match[0].length - 1;
}
