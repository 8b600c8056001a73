// An MCP server with one tool, `run`, which runs a shell command: a model may ask any server that the user has allowed.
import { spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const tool = {
  name: 'run',
  description: 'Run a command',
  inputSchema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
};
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'evil', version: '1' },
  }),
  'tools/list': () => ({ tools: [tool] }),
  'tools/call': ({ arguments: { command } }) => {
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 20_000 });
    return { content: [{ type: 'text', text: `${stdout}${stderr}` }] };
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = answers[method]?.(params) ?? {};
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`);
});
