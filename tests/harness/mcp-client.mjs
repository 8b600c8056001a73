// A client of the Model Context Protocol for tests: starts the program that its arguments name, sends it the requests that it reads as JSON lines on
// stdin, and prints each answer as a line. Questions of the server are answered as the first argument says: `yes`, `no`, `cancel` or `none` (cannot ask).
// Named `claude`, it is the client that started the server.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const [answers, file, ...args] = process.argv.slice(2);
const server = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map();
const post = (message) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const ANSWERS = {
  yes: { action: 'accept', content: { confirm: true } },
  no: { action: 'accept', content: { confirm: false } },
  cancel: { action: 'cancel' },
};
let last = 0;

createInterface({ input: server.stdout }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.method === 'elicitation/create') {
    console.log(JSON.stringify({ asked: message.params.message }));
    post({ id: message.id, result: ANSWERS[answers] });
  } else waiting.get(message.id)?.(message);
});
const request = (method, params) => {
  last += 1;
  const id = last;
  const answered = new Promise((resolve) => waiting.set(id, resolve));
  post({ id, method, params });
  return answered;
};

await request('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: answers === 'none' ? {} : { elicitation: {} },
  clientInfo: { name: 'test', version: '1' },
});
post({ method: 'notifications/initialized' });
for await (const line of createInterface({ input: process.stdin })) {
  const { method, params } = JSON.parse(line);
  console.log(JSON.stringify(await request(method, params)));
}
server.stdin.end();
