import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { isInventedValue } from './hardcoded.ts';

interface Instruction {
  name: string;
  rest: string;
  line: number;
}

/** Reads the instructions of a Dockerfile: continued lines are joined, comments are left out. `line` is 1-based. */
export function readDockerfile(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let open: Instruction | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const isContinued = line.endsWith('\\');
    const part = isContinued ? line.slice(0, -1) : line;
    if (open) {
      open.rest += ` ${part}`;
    } else {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(part) ?? [];
      open = { name: name.toUpperCase(), rest, line: index + 1 };
      instructions.push(open);
    }
    if (!isContinued) open = undefined;
  }
  return instructions;
}

/** Reports movable images, a root user, downloads without a checksum and secrets of a Dockerfile. */
export function judgeDockerfile(file: SourceFile): Hit[] {
  const instructions = readDockerfile(file.text() ?? '');
  const { path } = file;
  return [
    ...judgeImages(path, instructions),
    ...judgeUser(path, instructions),
    ...judgeInstructions(path, instructions),
  ];
}

function judgeImages(path: string, instructions: readonly Instruction[]): Hit[] {
  const stages = new Set<string>();
  const hits: Hit[] = [];
  for (const { name, rest, line } of instructions) {
    if (name !== 'FROM') continue;
    const [, image = '', stage] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(rest) ?? [];
    if (!stages.has(image) && isMovableImage(image)) {
      hits.push(movableImage(path, line, image, 'builds can start from different images'));
    }
    if (stage) stages.add(stage);
  }
  return hits;
}

/** Makes the hit of an image whose tag can move; `effect`: what may follow. */
export function movableImage(path: string, line: number, image: string, effect: string): Hit {
  return {
    rule: 'unpinned-image',
    severity: 'minor',
    title: `unpinned-image: ${image}`,
    path,
    line,
    detail: `The tag can move, so ${effect}; name a version, preferably with a digest.`,
  };
}

/** Returns whether an image has no tag or the tag `latest`. */
export function isMovableImage(image: string): boolean {
  if (image === '' || image === 'scratch' || image.includes('$') || image.includes('@sha256:')) return false;
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest';
}

function judgeUser(path: string, instructions: readonly Instruction[]): Hit[] {
  const from = instructions.findLast((i) => i.name === 'FROM');
  if (!from || /nonroot|rootless|unprivileged|\bscratch\b|distroless/i.test(from.rest)) return [];
  const final = instructions.slice(instructions.indexOf(from));
  // An image without a start command is a base image; the images built on it choose the user.
  if (!final.some((i) => i.name === 'CMD' || i.name === 'ENTRYPOINT')) return [];
  const user = final.findLast((i) => i.name === 'USER');
  if (user && !/^(?:root|0)(?::|\s|$)/.test(user.rest)) return [];
  return [
    {
      rule: 'root-container',
      severity: 'minor',
      title: 'root-container: the program runs as root',
      path,
      line: (user ?? from).line,
      detail:
        'A vulnerability in the program gives an attacker root rights; create a user and add `USER` before the start command.',
    },
  ];
}

const SECRET_SETTING = /\b(\w*(?:PASSWORD|SECRET|TOKEN|API_?KEY|PRIVATE_KEY)\w*)[= ]["']?([^\s"'$]{4,})/;

function judgeInstructions(path: string, instructions: readonly Instruction[]): Hit[] {
  return instructions.flatMap(({ name, rest, line }): Hit[] => {
    if (name === 'ADD' && /^(?:--\S+\s+)*https?:/.test(rest) && !rest.includes('--checksum')) {
      const detail =
        'The server can change the content between builds; add --checksum, or verify the download.';
      return [
        { rule: 'remote-add', severity: 'minor', title: 'remote-add: ADD of a URL', path, line, detail },
      ];
    }
    const [, setting = '', value = ''] =
      name === 'ENV' || name === 'ARG' ? (SECRET_SETTING.exec(rest) ?? []) : [];
    if (value === '' || isInventedValue(value) || /_(?:FILE|PATH|NAME|URL|TTL)$/.test(setting)) return [];
    const detail =
      'The value is readable in every copy of the image; use a build secret, or set the value when the container starts.';
    const title = `image-secret: ${setting} has a value in the image`;
    return [{ rule: 'image-secret', severity: 'major', title, path, line, detail }];
  });
}
