import { buildSync } from 'esbuild';
import { expect, it } from 'vitest';

/** Every hook starts with these: each library here would be paid for at every tool call. */
it.each([
  'process/identity',
  'process/ancestry',
  'files/lock',
  'files/append',
  'files/atomic',
  'files/safe-dir',
])('%s imports no package', (module) => {
  const entryPoints = [`src/system/${module}.ts`];
  const { metafile } = buildSync({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((path) => !path.startsWith('src/'))).toEqual([]);
});

it('a plain `sao next` or `sao verify` is answered without a package', () => {
  const { metafile } = buildSync({
    entryPoints: ['src/cli/light.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    write: false,
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.filter((path) => !path.startsWith('src/'))).toEqual([]);
  // What writes reports and prompts is for the command itself.
  expect(
    inputs.filter((path) =>
      /^src\/(?:run\/report\/(?:html|finish)|run\/prompt|session\/workflow\/compile)/.test(path),
    ),
  ).toEqual([]);
});
