// Creates a run with a confirmed plan as `sao plan --new` and `sao next --confirm` do, in one process. Called as `planned-run.cjs CLI PLAN`,
// where CLI is the bundled command line; prints what `sao plan --json` prints.
const [cli, plan] = process.argv.slice(2);
const { main } = require(cli);

async function call(...args) {
  const { write } = process.stdout;
  let printed = '';
  process.stdout.write = (chunk) => {
    printed += chunk;
    return true;
  };
  try {
    if ((await main(args, '0.0.0')) !== 0) process.exit(1);
  } finally {
    process.stdout.write = write;
  }
  return printed;
}

async function createRun() {
  const planned = await call('plan', plan, '--new', '--json');
  await call('next', JSON.parse(planned).data.run, '--confirm');
  process.stdout.write(planned);
}

createRun();
