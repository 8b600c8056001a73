import { plainText } from '../../findings/plain-text.ts';
import { countOf } from '../../findings/words.ts';
import type { Diagnostic } from '../../system/result.ts';
import type { PushedRef } from '../../workspace/merge/push.io.ts';

/** Something that exists on this machine only, or that could not be checked. */
export interface LocalWork {
  kind:
    | 'uncommitted'
    | 'stash'
    | 'branch'
    | 'tag'
    | 'detached'
    | 'rescue'
    | 'no-remote'
    | 'unverified'
    | 'program'
    | 'claim'
    | 'blocker'
    | 'check';
  /** The repository's folder, or the queue. */
  place: string;
  what: string;
  /** What to do about it. */
  fix: string;
}

/** A branch or tag of a repository that a push makes known to others. */
export interface Unpushed extends PushedRef {
  directory: string;
}

/** The facts of the summary, from the queue. */
export interface WrapUpFacts {
  done: string[];
  next: string[];
  blockers: string[];
}

const shown = (text: string): string => plainText(text, 200);

/** The work items by kind: what each is called, and how it gets to others. `count` of commits, files or the like. */
export const localWork = {
  uncommitted: (place: string, paths: readonly string[]): LocalWork => ({
    kind: 'uncommitted',
    place,
    what: `${countOf(paths.length, 'path')} not committed: ${shown(paths.slice(0, 5).join(', '))}${paths.length > 5 ? ' …' : ''}`,
    fix: `git -C ${place} add --all && git -C ${place} commit`,
  }),
  stash: (place: string, name: string): LocalWork => ({
    kind: 'stash',
    place,
    what: `stash ${shown(name)}`,
    fix: `git -C ${place} stash branch NAME, then commit and push it; or git -C ${place} stash drop`,
  }),
  branch: (place: string, branch: string, commits: number): LocalWork => ({
    kind: 'branch',
    place,
    what: `branch ${shown(branch)}: ${countOf(commits, 'commit')} not pushed`,
    fix: 'sao wrap-up --push',
  }),
  tag: (place: string, tag: string): LocalWork => ({
    kind: 'tag',
    place,
    what: `tag ${shown(tag)} not pushed`,
    fix: 'sao wrap-up --push',
  }),
  detached: (place: string, head: string, commits: number): LocalWork => ({
    kind: 'detached',
    place,
    what: `${countOf(commits, 'commit')} on no branch (HEAD ${head.slice(0, 12)})`,
    fix: `git -C ${place} switch --create NAME, then sao wrap-up --push`,
  }),
  rescue: (place: string, ref: string, subject: string): LocalWork => ({
    kind: 'rescue',
    place,
    what: `rescued work ${ref}: ${shown(subject)}`,
    fix: 'sao rescue list',
  }),
  noRemote: (place: string): LocalWork => ({
    kind: 'no-remote',
    place,
    what: 'the repository has no remote',
    fix: `git -C ${place} remote add origin URL`,
  }),
  unverified: (place: string, what: string, fix: string): LocalWork => ({
    kind: 'unverified',
    place,
    what: shown(what),
    fix,
  }),
  program: ({ target = '', message, fix = '' }: Diagnostic): LocalWork => ({
    kind: 'program',
    place: target,
    what: shown(message),
    fix,
  }),
  claim: (queue: string, task: string, executor: string): LocalWork => ({
    kind: 'claim',
    place: `queue ${queue}`,
    what: `${task} is claimed by ${executor}`,
    fix: 'complete or release it: sao queue active',
  }),
  blocker: (queue: string, id: string, question: string): LocalWork => ({
    kind: 'blocker',
    place: `queue ${queue}`,
    what: `blocker ${id} has no answer: ${shown(question)}`,
    fix: `sao blocker resolve ${id} --answer TEXT`,
  }),
  check: (place: string, name: string, reason: string, fix: string): LocalWork => ({
    kind: 'check',
    place,
    what: `${shown(name)}: ${shown(reason)}`,
    fix,
  }),
};

/** The summary as Markdown: the checklist, and what is done, next and blocked. */
export function renderSummary(
  facts: WrapUpFacts,
  items: readonly LocalWork[],
  checks: readonly string[],
): string {
  const box = (label: string, kinds: readonly LocalWork['kind'][]) =>
    `- [${items.some(({ kind }) => kinds.includes(kind)) ? ' ' : 'x'}] ${label}`;
  const list = (lines: readonly string[]) =>
    lines.length === 0 ? ['- none'] : lines.map((line) => `- ${line}`);
  return [
    '# Wrap-up',
    '',
    box('all changes are committed', ['uncommitted', 'stash']),
    ...(items.some(({ kind }) => kind === 'program')
      ? [box('no repository inside starts a program', ['program'])]
      : []),
    box('all commits and tags are pushed', [
      'branch',
      'tag',
      'detached',
      'rescue',
      'no-remote',
      'unverified',
    ]),
    box('no task is claimed', ['claim']),
    box('no question is open', ['blocker']),
    ...checks.map((name) => {
      const isOpen = items.some(({ kind, what }) => kind === 'check' && what.startsWith(`${shown(name)}:`));
      return `- [${isOpen ? ' ' : 'x'}] ${shown(name)}`;
    }),
    ...['', '## Done', '', ...list(facts.done)],
    ...['', '## Next', '', ...list(facts.next)],
    ...['', '## Blockers', '', ...list(facts.blockers)],
    ...(items.length === 0
      ? []
      : ['', '## Still local', '', ...list(items.map(({ place, what }) => `${place}: ${what}`))]),
    '',
  ].join('\n');
}
