import type { Node } from '@babel/types';
import type { Language } from '../../../source/languages.ts';
import { calledName, dottedName, isCall, isFunction } from '../../../source/nodes.ts';
import type { SourceTree } from '../../../source/source-tree.ts';
import { isInAsync } from '../../../source/spans.ts';
import type { Ancestors } from '../../../source/walk.ts';
import type { CheckResult } from '../../check/check.ts';
import { reportHits } from '../../check/report.ts';
import type { PatternRule, SyntaxRule } from '../../rules/rule.ts';
import { scanCode } from '../../rules/scan.ts';

const HANDLER_PARAMS =
  /^(?:(?:_?req|request),(?:_?res|response|reply|h)\b|ctx,next\b|(?:_?err|error),(?:_?req|request),)/;
const ROUTES = /^(?:get|post|put|patch|delete|all|use|route|handle)$/;
const SERVERS = /(?:^|\.)(?:app|router|server|fastify|api|routes?)$/i;

// A handler has the parameters of one, or is passed to a router.
function isHandler(node: Node, parent: Node | undefined): boolean {
  if (!isFunction(node)) return false;
  const params = node.params.map((param) => (param.type === 'Identifier' ? param.name : '')).join(',');
  if (HANDLER_PARAMS.test(params)) return true;
  if (parent?.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') return false;
  const [path] = parent.arguments;
  const isRoute = path?.type === 'StringLiteral' && path.value.startsWith('/');
  return (
    isRoute && ROUTES.test(calledName(parent) ?? '') && SERVERS.test(dottedName(parent.callee.object) ?? '')
  );
}

function isInHandler(ancestors: Ancestors): boolean {
  return ancestors.some((node, index) => isHandler(node, ancestors[index - 1]));
}

const SYNC_CALL =
  /(?:^|\.)(?:(?:read|write|append|copy|rm|mkdir|readdir|stat|lstat|exists|access|unlink|rename|open)\w*Sync|execSync|spawnSync|execFileSync|pbkdf2Sync|scryptSync|gzipSync|gunzipSync|deflateSync|inflateSync|hashSync|compareSync)$/;

const SYNTAX: readonly SyntaxRule[] = [
  {
    id: 'sync-in-handler',
    severity: 'major',
    what: 'a synchronous call in a request handler',
    why: 'While the call runs, the process answers no other request; use the asynchronous form.',
    hint: /Sync\s*\(/,
    types: ['CallExpression'],
    matches: (node, ancestors) => isCall(node, SYNC_CALL) && isInHandler(ancestors),
  },
  {
    id: 'busy-wait',
    severity: 'major',
    what: 'a loop waits by polling the clock',
    why: 'The loop uses a whole processor and blocks all other work; wait with a timer.',
    hint: /Date\.now|performance\.now/,
    types: ['WhileStatement'],
    matches: (node, _ancestors, { source }) =>
      node.type === 'WhileStatement' &&
      /\b(?:Date|performance)\.now\(\)/.test(source.slice(node.test.start ?? 0, node.test.end ?? 0)) &&
      (node.body.type === 'EmptyStatement' ||
        (node.body.type === 'BlockStatement' && node.body.body.length === 0)),
  },
];

function inAsync(language: Language, pattern: RegExp, why: string): PatternRule {
  return {
    id: 'blocking-in-async',
    severity: 'major',
    what: 'a blocking call in an asynchronous function',
    why,
    languages: [language],
    pattern,
    unless: (_match, { before, file }) => !isInAsync(file, language, before.length),
  };
}

const PATTERNS: readonly PatternRule[] = [
  inAsync(
    'python',
    /(?<![\w.])(?:time\.sleep|requests\.(?:get|post|put|patch|delete|head|request)|urllib\.request\.urlopen|subprocess\.(?:run|call|check_call|check_output)|os\.system)\(/g,
    'The call blocks the event loop for all tasks; await asyncio.sleep, an asynchronous client, or asyncio.to_thread.',
  ),
  inAsync(
    'rust',
    /\b(?:std::thread::sleep|thread::sleep|std::fs::\w+|reqwest::blocking::\w+)\b/g,
    'The call blocks a thread of the runtime; use the tokio function, or spawn_blocking.',
  ),
  inAsync(
    'kotlin',
    /\b(?:Thread\.sleep|runBlocking)\b/g,
    'The call blocks a thread of the dispatcher; use delay, or withContext(Dispatchers.IO).',
  ),
  {
    id: 'sync-over-async',
    severity: 'major',
    what: 'code waits synchronously for a task',
    why: 'The call blocks a thread and can deadlock; await the task.',
    languages: ['csharp'],
    pattern: /Async\([^()\n]*\)\s*\.(?:Result\b|Wait\(\))|\.GetAwaiter\(\)\s*\.GetResult\(\)/g,
    unless: (_match, { before }) => /\bstatic\s+(?:void|int)\s+Main\([^}]{0,400}$/.test(before.slice(-500)),
  },
  {
    id: 'blocking-in-async',
    severity: 'major',
    what: 'a blocking call in an asynchronous function',
    why: 'The call blocks a thread of the pool; await Task.Delay.',
    languages: ['csharp'],
    pattern: /\bThread\.Sleep\(/g,
    unless: (_match, { before, file }) => !isInAsync(file, 'csharp', before.length),
  },
];

/** Reports calls that block an event loop or a thread pool. */
export async function run(tree: SourceTree): Promise<CheckResult> {
  const { hits, notes, numbers } = await scanCode(tree, { patterns: PATTERNS, syntax: SYNTAX });
  return reportHits(hits, notes, { numbers });
}
