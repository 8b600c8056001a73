import type { Node } from '@babel/types';
import { calledName, dottedName, isCall, propertyOf } from '../../../source/nodes.ts';
import { evaluateNode } from '../../flow/script-values.ts';
import {
  hasFixedHost,
  hasSqlHole,
  isLevelAtLeast,
  type Level,
  type Purpose,
  type Value,
} from '../../flow/value.ts';
import type { SyntaxContext, SyntaxRule } from '../../rules/rule.ts';
import { MESSAGES } from './messages.ts';

/** Returns the arguments of a call or of `new`. */
export function argumentsOf(node: Node): Node[] {
  return node.type === 'CallExpression' ||
    node.type === 'NewExpression' ||
    node.type === 'OptionalCallExpression'
    ? [...node.arguments]
    : [];
}

function isTrue(node: Node | undefined): boolean {
  return node?.type === 'BooleanLiteral' && node.value;
}

function reaches(
  node: Node | undefined,
  { file }: SyntaxContext,
  purpose: Purpose,
  needs: Level,
): Value | undefined {
  if (!node) return undefined;
  const value = evaluateNode(node, file, purpose);
  return value.level !== 'constant' && isLevelAtLeast(value.level, needs) ? value : undefined;
}

const SHELL_MODULES = /child_process|shelljs|\bexeca\b/;
const EXEC =
  /^(?:(?:child_?process|cp|childProcess|shell|shelljs|proc)\.)?exec(?:Sync|Async|Promise|P|Command)?$/;

// `exec` of a shell module, by its name or the imports of the file, and not `exec` of a regular expression.
function isShellCommand(node: Node, context: SyntaxContext): boolean {
  if (!isCall(node, EXEC)) return false;
  const [command] = argumentsOf(node);
  const isMethod = (dottedName(node.callee) ?? '').includes('.');
  const isKnown = isMethod || SHELL_MODULES.test(context.source);
  return reaches(command, context, 'shell', isKnown ? 'unknown' : 'built') !== undefined;
}

// `spawn(command, { shell: true })` and `spawn('sh', ['-c', command])`.
function isShellSpawn(node: Node, context: SyntaxContext): boolean {
  if (
    !/^(?:spawn|spawnSync|execFile|execFileSync|execa|execaSync|execaCommand|execaCommandSync)$/.test(
      calledName(node) ?? '',
    )
  )
    return false;
  const [program, list] = argumentsOf(node);
  const options = argumentsOf(node).at(-1);
  const shell = propertyOf(options, 'shell');
  const isShell = isTrue(shell) || shell?.type === 'StringLiteral';
  if (
    isShell &&
    (reaches(program, context, 'shell', 'unknown') ||
      (list?.type === 'ArrayExpression' && reaches(list, context, 'shell', 'unknown')))
  )
    return true;
  const isSh =
    program?.type === 'StringLiteral' &&
    /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh$|^cmd(?:\.exe)?$/.test(program.value);
  if (!isSh || list?.type !== 'ArrayExpression') return false;
  const [flag, command] = list.elements;
  return (
    flag?.type === 'StringLiteral' &&
    /^(?:-\w*c|\/[cC])$/.test(flag.value) &&
    reaches(command as Node, context, 'shell', 'unknown') !== undefined
  );
}

const SQL_CALL =
  /^(?:query|execute|exec|raw|run|all|get|each|prepare|unsafe|whereRaw|havingRaw|orderByRaw|selectRaw|fromRaw|joinRaw|literal|queryRaw\w*|executeRaw\w*|\$queryRawUnsafe|\$executeRawUnsafe|queryOne|many|one|oneOrNone|none|any|manyOrNone|first|createQuery)$/;

function isBuiltStatement(node: Node, context: SyntaxContext): boolean {
  if (!SQL_CALL.test(calledName(node) ?? '')) return false;
  const value = reaches(argumentsOf(node)[0], context, 'sql', 'built');
  return value !== undefined && hasSqlHole(value);
}

function isDynamicCode(node: Node, context: SyntaxContext): boolean {
  if (node.type === 'NewExpression') {
    if (!/^(?:Function|vm\.Script)$/.test(dottedName(node.callee) ?? '')) return false;
    const isScript = dottedName(node.callee) === 'vm.Script';
    return (
      reaches(isScript ? node.arguments[0] : node.arguments.at(-1), context, 'code', 'unknown') !== undefined
    );
  }
  if (
    isCall(
      node,
      /^(?:(?:window|globalThis|global|self)\.)?(?:eval|Function)$|^vm\.runIn(?:This|New)?Context$/,
    )
  )
    return (
      reaches(argumentsOf(node).at(isCall(node, /Function$/) ? -1 : 0), context, 'code', 'unknown') !==
      undefined
    );
  return (
    isCall(node, /^(?:window\.)?set(?:Timeout|Interval)$/) &&
    reaches(argumentsOf(node)[0], context, 'code', 'built') !== undefined
  );
}

// A value of the request as the page: in `res.json` it cannot be markup, and an object is sent as JSON.
function isRequestPage(node: Node, context: SyntaxContext): boolean {
  if (
    !isCall(node, /^(?:_?res|response|reply|h)(?:\.\w+)*\.(?:send|write|end|response|html)$|^ctx\.html$/) &&
    !isSendOnStatus(node)
  )
    return false;
  const [page] = argumentsOf(node);
  if (!page || isWholeRequest(page)) return false;
  return reaches(page, context, 'markup', 'request') !== undefined;
}

function isSendOnStatus(node: Node): boolean {
  if (node.type !== 'CallExpression' || !/^(?:send|end|write)$/.test(calledName(node) ?? '')) return false;
  const { callee } = node;
  return (
    callee.type === 'MemberExpression' &&
    isCall(callee.object, /^(?:res|response|reply)\.(?:status|code|type|set|header)$/)
  );
}

// `res.send(req.body)` sends an object; `req.query.name` is a text.
function isWholeRequest(node: Node): boolean {
  return /^(?:\w+\.)*(?:body|query|params|headers|cookies|file|files)$/.test(dottedName(node) ?? '');
}

const FILE_CALL =
  /(?:^|\.)(?:readFile|readFileSync|createReadStream|writeFile|writeFileSync|createWriteStream|appendFile|appendFileSync|unlink|unlinkSync|rm|rmSync|readdir|readdirSync|rename|renameSync|open|openSync|copyFile|copyFileSync|stat|access|readJson|outputFile|remove)$/;

function isRequestPath(node: Node, context: SyntaxContext): boolean {
  const name = node.type === 'CallExpression' ? (dottedName(node.callee) ?? '') : '';
  if (/^(?:res|response|reply)\.(?:sendFile|sendfile|download)$/.test(name))
    return !hasRoot(node) && reaches(argumentsOf(node)[0], context, 'path', 'request') !== undefined;
  if (
    !FILE_CALL.test(name) ||
    !/(?:^|\.)(?:fs|fsp|promises|fse|fsPromises)\.|^(?:read|write|create|append|unlink|copy|rm)\w+$/.test(
      name,
    )
  )
    return false;
  return reaches(argumentsOf(node)[0], context, 'path', 'request') !== undefined;
}

function hasRoot(node: Node): boolean {
  return argumentsOf(node).some((argument) => propertyOf(argument, 'root') !== undefined);
}

function isRequestRedirect(node: Node, context: SyntaxContext): boolean {
  const isRedirect = isCall(node, /^(?:_?res|response|reply|ctx|c)\.redirect$/);
  const isBrowser = isCall(node, /^(?:window\.)?location\.(?:assign|replace)$/);
  if (!isRedirect && !isBrowser) return false;
  const target = argumentsOf(node).at(
    isRedirect && argumentsOf(node).length > 1 && argumentsOf(node)[0]?.type === 'NumericLiteral' ? 1 : 0,
  );
  const value = reaches(target, context, 'address', 'request');
  return value !== undefined && !hasFixedHost(value) && !isOwnAddress(target);
}

// `res.redirect(req.originalUrl)` stays on the site.
function isOwnAddress(node: Node | undefined): boolean {
  return /^\w+\.(?:url|originalUrl|path|hostname|baseUrl)$/.test(dottedName(node) ?? '');
}

function isRequestForgery(node: Node, context: SyntaxContext): boolean {
  if (
    !isCall(
      node,
      /^(?:fetch|got|axios|request|needle|superagent)$|^(?:axios|got|request|needle|superagent|https?|undici|ky)\.(?:get|post|put|patch|delete|head|request|fetch)$|^node[fF]etch$/,
    )
  )
    return false;
  const value = reaches(argumentsOf(node)[0], context, 'address', 'request');
  return value !== undefined && !hasFixedHost(value);
}

function isRequestTemplate(node: Node, context: SyntaxContext): boolean {
  if (
    !isCall(
      node,
      /^(?:ejs|pug|jade|nunjucks|handlebars|Handlebars|mustache|Mustache|_|lodash|dot|doT|swig|eta|Eta)\.(?:render|compile|renderString|template|precompile)$/,
    )
  )
    return false;
  return reaches(argumentsOf(node)[0], context, 'data', 'request') !== undefined;
}

/** Rules for values that reach a dangerous call of a script. */
export const SINK_RULES: readonly SyntaxRule[] = [
  {
    ...MESSAGES.code,
    hint: /\beval\b|\bFunction\b|\bvm\.|\bset(?:Timeout|Interval)\s*\(\s*(?:["'`]|\w+\s*\+)/,
    types: ['CallExpression', 'NewExpression'],
    matches: (node, _ancestors, context) => isDynamicCode(node, context),
  },
  {
    ...MESSAGES.shell,
    hint: /\bexec\w*\s*\(|\bspawn\w*\s*\(|\bexeca/,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => isShellCommand(node, context) || isShellSpawn(node, context),
  },
  {
    ...MESSAGES.sql,
    hint: /\bselect\b[\s\S]*?\bfrom\b|\binsert\s+into\b|\bupdate\b[\s\S]*?\bset\b|\bdelete\s+from\b|\bwhere\b|\bdrop\s+table\b/i,
    types: ['CallExpression', 'OptionalCallExpression'],
    matches: (node, _ancestors, context) => isBuiltStatement(node, context),
  },
  {
    ...MESSAGES.markup,
    hint: /\b(?:res|response|reply|h|ctx)\b/,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => isRequestPage(node, context),
  },
  {
    ...MESSAGES.path,
    hint: /\b(?:req|request|ctx|event|searchParams)\b/,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => isRequestPath(node, context),
  },
  {
    ...MESSAGES.redirect,
    hint: /\bredirect\b|\blocation\./,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => isRequestRedirect(node, context),
  },
  {
    ...MESSAGES.request,
    hint: /\b(?:fetch|got|axios|request|needle|superagent|https?|undici|ky)\b/,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => isRequestForgery(node, context),
  },
  {
    ...MESSAGES.template,
    hint: /\b(?:ejs|pug|jade|nunjucks|[hH]andlebars|[mM]ustache|lodash|_|dot|doT|swig|[eE]ta)\.\w/,
    types: ['CallExpression'],
    matches: (node, _ancestors, context) => isRequestTemplate(node, context),
  },
];
