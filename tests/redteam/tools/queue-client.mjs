// A false client of `sao mcp serve`: `queue-client.mjs SPEC`, where SPEC is base64 of JSON: `sao` and `args` start the server, `lines` are sent as they are, and
// each question of the server is answered with `answer`. `big` sends a line of so many bytes first.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const spec = JSON.parse(Buffer.from(process.argv[2], 'base64').toString('utf8'));
const server = spawn(spec.sao, spec.args, { stdio: ['pipe', 'pipe', 'ignore'] });
server.on('error', () => process.exit(1));
server.stdin.on('error', () => {});
setTimeout(() => server.kill('SIGKILL'), 15_000).unref();
createInterface({ input: server.stdout }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'elicitation/create')
    server.stdin.write(`${spec.answer.replace('"ID"', JSON.stringify(id))}\n`);
  // The last call was answered.
  else if (id === spec.last) server.stdin.end();
});
const capabilities = spec.cannotAsk ? {} : { elicitation: {} };
const hello = { protocolVersion: '2025-06-18', capabilities, clientInfo: { name: 'claude', version: '2' } };
server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: hello })}\n`);
if (spec.big) server.stdin.write(`${'x'.repeat(spec.big)}\n`);
for (const line of spec.lines) server.stdin.write(`${line}\n`);
server.on('close', () => process.exit(0));
