import { isMap, isScalar, type Pair, parseDocument, visit } from 'yaml';
import { lineFinder } from '../../../source/lines.ts';
import type { SourceFile } from '../../../source/source-tree.ts';
import type { Hit } from '../../check/report.ts';
import { findReason } from '../../check/suppress.ts';

/** Values that an outsider controls; GitHub inserts them into a script before the shell parses it. */
const OUTSIDER_TEXT =
  /\$\{\{[^}]*\bgithub\.(?:head_ref|event\.(?:[\w.*[\]]*\.)?(?:title|body|message|head\.ref|head\.label|default_branch|page_name|head_branch|email|author\.name|display_title|label\.name))\b[^}]*\}\}/g;

/** Triggers that run with the repository's rights on an outsider's text or code. */
const PRIVILEGED =
  /^(?:pull_request_target|workflow_run|issues|issue_comment|discussion|discussion_comment)$/;

const OUTSIDER_CODE = /\bgithub\.(?:head_ref|event\.(?:pull_request\.head\.|workflow_run\.head_))/;

export interface Workflow {
  path: string;
  text: string;
  triggers: string[];
  pairs: { key: string; value: unknown; offset: number; source: string }[];
}

/** Reads the keys of a workflow with their offsets; undefined if the YAML is invalid. */
export function readWorkflow(file: SourceFile): Workflow | undefined {
  const text = file.text();
  if (text === undefined) return undefined;
  const document = parseDocument(text, { logLevel: 'silent' });
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const pairs: Workflow['pairs'] = [];
  visit(document, { Pair: (_, pair) => void pairs.push(describePair(pair, text)) });
  return { path: file.path, text, triggers: triggersOf(document.get('on') ?? document.get(true)), pairs };
}

function describePair(pair: Pair, text: string): Workflow['pairs'][number] {
  const { key, value } = pair;
  const range = (isNode(value) ? value.range : undefined) ?? [0, 0];
  return {
    key: isScalar(key) ? String(key.value) : '',
    value: isScalar(value) ? value.value : undefined,
    offset: range[0],
    source: text.slice(range[0], range[1]),
  };
}

function isNode(value: unknown): value is { range?: [number, number, number] } {
  return typeof value === 'object' && value !== null && 'range' in value;
}

function triggersOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  const plain: unknown =
    typeof on === 'object' && on && 'toJSON' in on ? (on as { toJSON(): unknown }).toJSON() : on;
  if (Array.isArray(plain)) return plain.map(String);
  return typeof plain === 'object' && plain ? Object.keys(plain) : [];
}

/** Reports script injection, privileged checkouts and excessive rights of a workflow. */
export function judgeWorkflow(workflow: Workflow): Hit[] {
  const lineOf = lineFinder(workflow.text);
  return [
    ...judgeScripts(workflow, lineOf),
    ...judgeCheckout(workflow, lineOf),
    ...judgeRights(workflow, lineOf),
  ];
}

function judgeScripts({ path, pairs, triggers }: Workflow, lineOf: (offset: number) => number): Hit[] {
  const severity = triggers.some((t) => PRIVILEGED.test(t)) ? 'critical' : 'major';
  return pairs
    .filter(({ key }) => key === 'run' || key === 'script')
    .flatMap(({ source, offset }) =>
      [...source.matchAll(OUTSIDER_TEXT)].map(
        (match): Hit => ({
          rule: 'workflow-injection',
          severity,
          title: `workflow-injection: ${match[0]} in a script`,
          path,
          line: lineOf(offset + match.index),
          detail:
            'An outsider’s title or branch name becomes shell code; pass the value through `env:` and quote the variable.',
        }),
      ),
    );
}

function judgeCheckout({ path, pairs, triggers }: Workflow, lineOf: (offset: number) => number): Hit[] {
  if (!triggers.some((t) => t === 'pull_request_target' || t === 'workflow_run')) return [];
  return pairs
    .filter(({ key, source }) => (key === 'ref' || key === 'repository') && OUTSIDER_CODE.test(source))
    .map(({ offset }) => ({
      rule: 'privileged-checkout',
      severity: 'critical',
      title: 'privileged-checkout: a pull request’s code is checked out with write rights and secrets',
      path,
      line: lineOf(offset),
      detail:
        'A build or test of it runs an outsider’s code with these rights; use `pull_request`, and a second workflow for the steps that need rights.',
    }));
}

function judgeRights({ path, pairs }: Workflow, lineOf: (offset: number) => number): Hit[] {
  return pairs.flatMap(({ key, value, offset }): Hit[] => {
    const line = lineOf(offset);
    if (key === 'permissions' && value === 'write-all') {
      const detail =
        'Every step can change code, packages and releases; list only the rights that the job needs.';
      return [
        {
          rule: 'write-all',
          severity: 'minor',
          title: 'write-all: the token has all rights',
          path,
          line,
          detail,
        },
      ];
    }
    if (key !== 'ACTIONS_ALLOW_UNSECURE_COMMANDS' || String(value) !== 'true') return [];
    const detail = 'The output of a step can set variables of later steps; write to $GITHUB_ENV instead.';
    const title = 'unsecure-commands: output can set the environment';
    return [{ rule: 'unsecure-commands', severity: 'major', title, path, line, detail }];
  });
}

/** Publishers that belong to GitHub. */
const FIRST_PARTY = /^(?:actions|github)\//;
const BRANCH = /^(?:main|master|HEAD|develop|dev|trunk|latest|next)$/;

const MAX_NAMED = 5;

/** Reports third-party actions that are not pinned to a commit: each one of a branch, and those of tags as one finding, at their first uses. */
export function judgeActions(workflows: readonly Workflow[]): Hit[] {
  const places = new Map<string, Use>();
  for (const { path, pairs, text } of workflows) {
    const lineOf = lineFinder(text);
    for (const { key, value, offset } of pairs) {
      if (key !== 'uses' || typeof value !== 'string' || !isMovable(value)) continue;
      const line = lineOf(offset);
      const isMarked = findReason(text.split(/\r?\n/)[line - 1], 'unpinned-action') !== undefined;
      const place = isMarked ? `${value} ${path}:${line}` : value;
      const known = places.get(place);
      if (known) known.count += 1;
      else places.set(place, { action: value, path, line, count: 1, isMarked });
    }
  }
  const uses = [...places.values()];
  const isTag = ({ action, isMarked }: Use) => !isMarked && !BRANCH.test(action.replace(/^.*@/, ''));
  return [...uses.filter((use) => !isTag(use)).map(describeUse), ...describeTags(uses.filter(isTag))];
}

/** The first use of an action. */
interface Use {
  action: string;
  path: string;
  line: number;
  count: number;
  /** Whether its line has a mark that suppresses the rule. */
  isMarked: boolean;
}

function describeUse({ action, path, line, count }: Use): Hit {
  return {
    rule: 'unpinned-action',
    severity: BRANCH.test(action.replace(/^.*@/, '')) ? 'major' : 'minor',
    title: `unpinned-action: ${action}${count > 1 ? ` (${count} uses)` : ''}`,
    path,
    line,
    detail:
      'The owner, or an attacker with the owner’s account, can move it to other code; pin the full commit hash.',
  };
}

// To pin by tags is one decision of the project.
function describeTags(uses: readonly Use[]): Hit[] {
  const [first] = uses;
  if (!first) return [];
  const names = uses.slice(0, MAX_NAMED).map(({ action }) => action);
  const more = uses.length > MAX_NAMED ? ` and ${uses.length - MAX_NAMED} more` : '';
  const total = uses.reduce((sum, { count }) => sum + count, 0);
  const title = `unpinned-action: ${names.join(', ')}${more}${total > 1 ? ` (${total} uses)` : ''}`;
  return [{ ...describeUse(first), title }];
}

function isMovable(action: string): boolean {
  if (/^\.{0,2}\//.test(action) || action.startsWith('docker://') || FIRST_PARTY.test(action)) return false;
  return /^[\w.-]+\/.+@/.test(action) && !/@[0-9a-f]{40}$/.test(action);
}
