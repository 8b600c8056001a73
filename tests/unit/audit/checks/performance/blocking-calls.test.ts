import { describe, expect, it } from 'vitest';
import { run } from '../../../../../src/audit/checks/performance/blocking-calls.ts';
import { rulesIn } from '../../fake-tree.ts';

const BROKEN: [rule: string, path: string, code: string][] = [
  ['sync-in-handler', 'a.ts', "app.get('/x', (req, res) => { res.send(fs.readFileSync('x')); });"],
  ['sync-in-handler', 'a.ts', "export async function list(request, reply) { execSync('ls'); }"],
  ['sync-in-handler', 'a.ts', "router.post('/x', async (c) => { const h = bcrypt.hashSync(c.body, 10); });"],
  ['busy-wait', 'a.js', 'const end = Date.now() + 100; while (Date.now() < end) {}'],
  ['blocking-in-async', 'a.py', 'async def f(\n    a,\n):\n    time.sleep(1)\n'],
  ['blocking-in-async', 'a.py', 'class A:\n    async def f(self):\n        r = requests.get(url)\n'],
  ['blocking-in-async', 'a.rs', 'async fn f() { std::thread::sleep(d); }'],
  ['blocking-in-async', 'a.kt', 'suspend fun f() { Thread.sleep(10) }'],
  ['blocking-in-async', 'a.cs', 'public async Task Run() { Thread.Sleep(10); }'],
  ['sync-over-async', 'a.cs', 'var x = client.GetAsync(url).Result;'],
];

const HARMLESS: [path: string, code: string][] = [
  ['a.ts', "const config = readFileSync('x'); function load() { return fs.readFileSync('y'); }"],
  ['a.ts', "app.get('/x', async (req, res) => { res.send(await fs.promises.readFile('x')); });"],
  ['a.ts', "map.get('key', (value) => readFileSync(value)); list.use(x);"],
  ['a.ts', 'while (Date.now() < end) { await tick(); }'],
  ['a.py', 'def f():\n    time.sleep(1)\n\nasync def g():\n    await asyncio.sleep(1)\n\ntime.sleep(2)\n'],
  ['a.py', 'async def f():\n    # time.sleep(1)\n    s = "time.sleep(1)"\n'],
  ['a.rs', 'fn f() { std::thread::sleep(d); } async fn g() { tokio::time::sleep(d).await; }'],
  ['a.kt', 'fun f() { Thread.sleep(10) }\nsuspend fun g() { delay(10) }'],
  ['a.cs', 'var x = (await client.GetAsync(url)).Result; void F() { Thread.Sleep(1); }'],
];

describe('blocking-calls', () => {
  it.each(BROKEN)('%s is found in %s: %s', async (rule, path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([rule]);
  });

  it.each(HARMLESS)('%s is left alone: %s', async (path, code) => {
    expect(await rulesIn(run, path, code)).toEqual([]);
  });
});
