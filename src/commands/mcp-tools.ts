import type { AskClient, McpTool, McpToolResult } from '../mcp/server.ts';
import { textResult } from '../mcp/server.ts';
import { type QueueRole, ROLES } from '../queue/model/types.ts';
import { catchExpectedError, type Failure, type Result, reject, unwrap } from '../system/result.ts';
import { describeSchemaIssue } from '../system/schema-issue.ts';
import type { Answer, Command, Context } from './command.ts';
import type { QueueData } from './queue-input.ts';

/** The form of an argument: a text, a whole number, a list of texts, or an object. */
type ArgumentForm = 'text' | 'whole' | 'list' | 'object';

interface ToolArgument {
  form: ArgumentForm;
  description?: string;
  choices?: readonly string[];
  isOptional?: true;
}

type Arguments = Readonly<Record<string, unknown>>;

/** A tool as one call of a command of the queue. */
export interface QueueTool {
  name: string;
  /** The least role that may use it; tools above the server's role are not offered. */
  role: QueueRole;
  description: string;
  isReadOnly?: true;
  /** A human answers a question of the client, also where the server's role could not. */
  isForHuman?: true;
  args: Readonly<Record<string, ToolArgument>>;
  load(): Promise<Command>;
  /** The command's input from the arguments, and its standard input. */
  input(args: Arguments): Readonly<Record<string, unknown>>;
  stdin?(args: Arguments): string;
  /** A second call whose lines are added, such as the handoff of a claimed task. */
  more?(data: QueueData, context: Context): Promise<string>;
}

const MAX_LISTED = 20;

/** Makes the tools that a server of this role offers. `context`: that of the server's own call. */
export function openTools(tools: readonly QueueTool[], role: QueueRole, context: Context): McpTool[] {
  const offered = tools.filter((tool) => ROLES.indexOf(tool.role) <= ROLES.indexOf(role));
  return offered.map((tool) => ({
    name: tool.name,
    description: tool.description,
    inputSchema: describeArguments(tool.args),
    isReadOnly: tool.isReadOnly === true,
    call: (args, ask) => callTool(tool, args, { ...context, env: envOf(tool, role, context) }, ask),
  }));
}

/** A call has at most the server's role. What only a human decides needs an owner, and the human's answer. */
function envOf({ isForHuman }: QueueTool, role: QueueRole, { env }: Context): Context['env'] {
  return isForHuman ? env : { ...env, SAO_QUEUE_ROLE: role };
}

function describeArguments(args: QueueTool['args']): object {
  const properties = Object.entries(args).map(([name, argument]) => [name, describeArgument(argument)]);
  const required = Object.entries(args).flatMap(([name, { isOptional }]) => (isOptional ? [] : [name]));
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required,
    additionalProperties: false,
  };
}

function describeArgument({ form, description, choices }: ToolArgument): object {
  const types = { text: 'string', whole: 'integer', object: 'object', list: 'array' } as const;
  return {
    type: types[form],
    ...(form === 'list' && { items: { type: 'string' } }),
    ...(choices && { enum: choices }),
    ...(description && { description }),
  };
}

async function callTool(
  tool: QueueTool,
  args: Arguments,
  context: Context,
  ask: AskClient | undefined,
): Promise<McpToolResult> {
  const fault = findArgumentFault(tool, args);
  if (fault !== undefined) return failed(reject({ code: 'usage', message: fault, target: tool.name }));
  const own: Context = {
    ...context,
    isJson: true,
    stdinIsTerminal: false,
    readStdin: async () => Buffer.from(tool.stdin?.(args) ?? ''),
    ...(ask && { askClient: ask }),
  };
  const answered = await catchExpectedError(async () => unwrap(await runCommand(tool, args, own)));
  if (!answered.ok) return failed(answered);
  const { data } = answered.value;
  const more = tool.more && data.task ? `\n\n${await tool.more(data, own)}` : '';
  return { ...textResult(`${data.lines.join('\n')}${more}`), structuredContent: shorten(data) };
}

async function runCommand(
  tool: QueueTool,
  args: Arguments,
  context: Context,
): Promise<Result<Answer<QueueData>>> {
  const command = await tool.load();
  const parsed = command.schema.safeParse(tool.input(args));
  if (parsed.success) return (await command.handler(parsed.data, context)) as Result<Answer<QueueData>>;
  return reject(
    ...parsed.error.issues.map((issue) => ({
      code: 'usage',
      message: `${String(issue.path[0] ?? tool.name)}: ${describeSchemaIssue(issue)}`,
      target: tool.name,
    })),
  );
}

function findArgumentFault({ args: known }: QueueTool, given: Arguments): string | undefined {
  const strange = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (strange !== undefined) return `there is no argument ${JSON.stringify(strange.slice(0, 60))}`;
  for (const [name, argument] of Object.entries(known)) {
    const value = given[name];
    if (value === undefined ? !argument.isOptional : !hasForm(value, argument))
      return `${name} must be ${FORM_TEXT[argument.form]}`;
  }
  return undefined;
}

const FORM_TEXT: Readonly<Record<ArgumentForm, string>> = {
  text: 'a text, perhaps one of those that the schema lists',
  whole: 'a whole number of at least 0',
  list: 'a list of texts',
  object: 'an object',
};

function hasForm(value: unknown, { form, choices }: ToolArgument): boolean {
  switch (form) {
    case 'text':
      return typeof value === 'string' && (choices === undefined || choices.includes(value));
    case 'whole':
      return Number.isSafeInteger(value) && Number(value) >= 0;
    case 'list':
      return Array.isArray(value) && value.every((each) => typeof each === 'string');
    default:
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

/** The document without the lines, which are the text, and with at most 20 entries in each list. */
function shorten({ lines: _, ...data }: QueueData): object {
  const entries = Object.entries(data).flatMap(([key, value]): [string, unknown][] =>
    Array.isArray(value) && value.length > MAX_LISTED
      ? [
          [key, value.slice(0, MAX_LISTED)],
          [`${key}LeftOut`, value.length - MAX_LISTED],
        ]
      : [[key, value]],
  );
  return Object.fromEntries(entries);
}

function failed({ diagnostics }: Failure): McpToolResult {
  const text = diagnostics.map(
    ({ message, fix }) => `Error: ${message}${fix === undefined ? '' : `\nFix: ${fix}`}`,
  );
  return { ...textResult(text.join('\n')), isError: true };
}
