/// <reference lib="dom" />

/** One message of the server's stream. */
export interface StreamMessage {
  id: string;
  event: string;
  data: string;
}

/** Cuts the text of a stream into whole messages and the rest. A comment has no event. Pure. */
export function parseMessages(text: string): { messages: StreamMessage[]; rest: string } {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  const messages = blocks.flatMap((block) => {
    const fields = new Map(
      block.split('\n').map((line): [string, string] => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), line.slice(at + 2)];
      }),
    );
    const [id = '', event, data = ''] = [fields.get('id'), fields.get('event'), fields.get('data')];
    return event === undefined ? [] : [{ id, event, data }];
  });
  return { messages, rest };
}

/** Time without a byte after which a connection counts as lost, in milliseconds. */
const STALE_MS = 30_000;
const RETRY_MS = [500, 1_000, 2_000, 5_000];

export interface StreamHandlers {
  onMessage(message: StreamMessage): void;
  onLive(): void;
  onLost(): void;
  /** The server does not know the token, or the view is not there. */
  onRefused(status: number, body: string): void;
}

/** Listens to a stream until it is closed, and connects again after each loss. Returns a function that closes it. */
export function listen(path: string, token: string, handlers: StreamHandlers): () => void {
  const closed = new AbortController();
  let lastId = '';
  const connect = async (): Promise<void> => {
    const current = new AbortController();
    const stop = () => current.abort();
    closed.signal.addEventListener('abort', stop);
    let timer = setTimeout(stop, STALE_MS);
    try {
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(lastId === '' ? {} : { 'Last-Event-ID': lastId }),
      };
      const response = await fetch(path, { headers, signal: current.signal, cache: 'no-store' });
      if (!response.ok || !response.body) {
        handlers.onRefused(response.status, await response.text());
        return;
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(stop, STALE_MS);
        handlers.onLive();
        const { messages, rest } = parseMessages(text + value);
        text = rest;
        for (const message of messages) {
          lastId = message.id;
          handlers.onMessage(message);
        }
      }
    } finally {
      clearTimeout(timer);
      closed.signal.removeEventListener('abort', stop);
    }
  };
  const run = async (): Promise<void> => {
    for (let failures = 0; !closed.signal.aborted; failures++) {
      const begun = Date.now();
      await connect().catch(() => undefined);
      if (closed.signal.aborted) return;
      handlers.onLost();
      if (Date.now() - begun > STALE_MS) failures = 0;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
    }
  };
  void run();
  return () => closed.abort();
}
