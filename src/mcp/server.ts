import {
  chooseVersion,
  isJsonObject,
  parseMessage,
  RPC_ERRORS,
  type RpcId,
  type RpcMessage,
} from './protocol.ts';

/** What a tool answers. A refusal is a result with `isError`, so that the model reads it. */
export interface McpToolResult {
  content: { type: 'text'; text: string }[];
  structuredContent?: object;
  isError?: true;
}

/** What the human answered to a question that the client has shown. `cancel`: no answer, also if the client cannot ask. */
export type ClientAnswer =
  | { action: 'accept'; content: Readonly<Record<string, unknown>> }
  | { action: 'decline' | 'cancel' };

/** Asks the human through the client. `schema`: the fields of the answer, as JSON Schema. */
export type AskClient = (message: string, schema: object) => Promise<ClientAnswer>;

export interface McpTool {
  name: string;
  description: string;
  inputSchema: object;
  isReadOnly: boolean;
  /** `ask`: undefined if the client cannot ask its user. */
  call(args: Readonly<Record<string, unknown>>, ask: AskClient | undefined): Promise<McpToolResult>;
}

export interface ServerInfo {
  name: string;
  version: string;
  instructions: string;
}

interface Pending {
  resolve(answer: ClientAnswer): void;
  /** The tool call that asks. */
  during: RpcId;
}

/**
 * Takes a line for the client. `about`: the request that it answers, or during which it asks; null if it is about none.
 */
export type SendLine = (line: string, about: RpcId | null) => void;

/** A server of the Model Context Protocol for one client: takes its lines, and sends lines by `send`. It offers tools, and asks the user by elicitation. */
export class McpServer {
  private readonly info: ServerInfo;
  private readonly tools: ReadonlyMap<string, McpTool>;
  /** Tools that had this name once, with what to do instead. */
  private readonly replaced: ReadonlyMap<string, string>;
  private readonly send: SendLine;
  private readonly pending = new Map<RpcId, Pending>();
  private readonly running = new Map<RpcId, Promise<void>>();
  private questions = 0;
  private canAsk = false;

  constructor(
    info: ServerInfo,
    tools: readonly McpTool[],
    replaced: ReadonlyMap<string, string>,
    send: SendLine,
  ) {
    this.info = info;
    this.tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.replaced = replaced;
    this.send = send;
  }

  /** Handles one line of the client; calls of tools go on after it returns. */
  receive(line: string): void {
    if (line.trim() === '') return;
    const message = parseMessage(line);
    switch (message.kind) {
      case 'request':
        this.answer(message);
        break;
      case 'notification':
        if (message.method === 'notifications/cancelled') this.cancel(message.params.requestId);
        break;
      case 'response':
        this.settle(message.id, message.isError ? { action: 'cancel' } : readAnswer(message.result));
        break;
      default:
        this.reply(message.id, { error: { code: message.code, message: message.message } });
    }
  }

  /** Answers a message that was longer than `maxBytes`, which was not read. */
  refuseFrame(maxBytes: number): void {
    const message = `a message has at most ${maxBytes} bytes`;
    this.reply(null, { error: { code: RPC_ERRORS.invalidRequest, message } });
  }

  /** The client is gone, so questions have no answer any more. Resolves when the calls that run have ended. */
  async close(): Promise<void> {
    for (const id of [...this.pending.keys()]) this.settle(id, { action: 'cancel' });
    await Promise.allSettled(this.running.values());
  }

  private answer({ id, method, params }: Extract<RpcMessage, { kind: 'request' }>): void {
    switch (method) {
      case 'initialize':
        this.canAsk = isJsonObject(params.capabilities) && isJsonObject(params.capabilities.elicitation);
        this.reply(id, { result: this.describeServer(params.protocolVersion) });
        break;
      case 'ping':
        this.reply(id, { result: {} });
        break;
      case 'tools/list':
        this.reply(id, { result: { tools: [...this.tools.values()].map(describeTool) } });
        break;
      case 'tools/call':
        this.startCall(id, params);
        break;
      default:
        this.reply(id, { error: { code: RPC_ERRORS.unknownMethod, message: `unknown method ${method}` } });
    }
  }

  private describeServer(wanted: unknown): object {
    const { name, version, instructions } = this.info;
    return {
      protocolVersion: chooseVersion(wanted),
      capabilities: { tools: {} },
      serverInfo: { name, version },
      instructions,
    };
  }

  private startCall(id: RpcId, { name, arguments: given = {} }: Readonly<Record<string, unknown>>): void {
    const known = typeof name === 'string' ? name : '';
    const instead = this.replaced.get(known);
    const tool = this.tools.get(known);
    if (instead !== undefined) this.reply(id, { result: { ...textResult(instead), isError: true } });
    else if (!tool || !isJsonObject(given))
      this.reply(id, {
        error: {
          code: RPC_ERRORS.invalidParams,
          message: `there is no tool ${JSON.stringify(name)} with such arguments`,
        },
      });
    else this.running.set(id, this.call(id, tool, given));
  }

  private async call(id: RpcId, tool: McpTool, given: Record<string, unknown>): Promise<void> {
    const ask = this.canAsk ? (message: string, schema: object) => this.ask(id, message, schema) : undefined;
    try {
      this.reply(id, { result: await tool.call(given, ask) });
    } catch (error) {
      this.reply(id, { error: { code: RPC_ERRORS.internal, message: String((error as Error).message) } });
    } finally {
      this.running.delete(id);
    }
  }

  private ask(during: RpcId, message: string, requestedSchema: object): Promise<ClientAnswer> {
    this.questions += 1;
    const id = `ask-${this.questions}`;
    return new Promise((resolve) => {
      this.pending.set(id, { resolve, during });
      this.post({ id, method: 'elicitation/create', params: { message, requestedSchema } }, during);
    });
  }

  private settle(id: RpcId, answer: ClientAnswer): void {
    this.pending.get(id)?.resolve(answer);
    this.pending.delete(id);
  }

  /** A cancelled call gets no answer to its questions; what it has written stays. */
  private cancel(id: unknown): void {
    for (const [question, { during }] of this.pending)
      if (during === id) this.settle(question, { action: 'cancel' });
  }

  private reply(id: RpcId | null, content: { result: object } | { error: object }): void {
    this.post({ id, ...content }, id);
  }

  private post(message: object, about: RpcId | null): void {
    this.send(JSON.stringify({ jsonrpc: '2.0', ...message }), about);
  }
}

export const textResult = (text: string): Pick<McpToolResult, 'content'> => ({
  content: [{ type: 'text', text }],
});

function describeTool({ name, description, inputSchema, isReadOnly }: McpTool): object {
  return { name, description, inputSchema, ...(isReadOnly && { annotations: { readOnlyHint: true } }) };
}

function readAnswer(result: unknown): ClientAnswer {
  const { action, content } = isJsonObject(result) ? result : {};
  if (action === 'accept') return { action, content: isJsonObject(content) ? content : {} };
  return { action: action === 'decline' ? 'decline' : 'cancel' };
}
