import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Channel, Listener } from './channel.io.ts';

/** The page takes the connection for lost if it hears nothing for twice this time. */
export const HEARTBEAT_MS = 15_000;
/** A page that is further behind is dropped: it connects again and reads the whole state. */
const MAX_BEHIND_BYTES = 1024 * 1024;

/** Answers with an endless stream of messages in the format of server-sent events. */
export function openStream(channel: Channel, request: IncomingMessage, response: ServerResponse): void {
  const { 'last-event-id': lastId } = request.headers;
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.flushHeaders();
  const write = (text: string) => {
    // One message may be larger: only what the page has not read before counts.
    if (response.writableLength > MAX_BEHIND_BYTES) response.destroy();
    else response.write(text);
  };
  const listener: Listener = {
    lastId: typeof lastId === 'string' ? lastId : undefined,
    send: ({ id, event, data }) => write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
  };
  const beat = setInterval(() => write(': alive\n\n'), HEARTBEAT_MS);
  write(': alive\n\n');
  response.on('error', () => response.destroy());
  response.on('close', () => {
    clearInterval(beat);
    channel.remove(listener);
  });
  channel.add(listener);
}
