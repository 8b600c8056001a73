// Runs calls of `sao` one after the other in this process, as `warm-sao-server.cjs CLI`, where CLI is the bundled command line. Each message is a
// call {args, cwd, env, sao, number}; the answer is {code, stdout, stderr, number}. Everything that a call reads, writes and starts is real.
const { main } = require(process.argv[2]);

process.on('message', async ({ args, cwd, env, sao, number }) => {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'])
    process[name].write = (chunk) => {
      printed[name] += chunk;
      return true;
    };
  process.env = env;
  process.argv = [process.execPath, sao, ...args];
  process.chdir(cwd);
  const code = await main(args, '0.0.0');
  process.send({ code, ...printed, number });
});
process.on('disconnect', () => process.exit());
