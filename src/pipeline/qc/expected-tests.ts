import type { BuildState } from '../../run/ledger/build-state.ts';
import type { BlueprintModule } from '../machine/blueprint.ts';

type Build = Pick<BuildState, 'checks' | 'modules'>;

/**
 * The number of tests that a module's test command has to run: that of its last cycle or, in its first cycle, that of the same command on the
 * scaffold. Other modules with this command that passed with fewer tests lower it: the contract allowed that. Undefined if it is unknown. Pure.
 */
export function expectedTests(
  { checks, modules }: Build,
  { name, testCommand }: BlueprintModule,
  all: readonly BlueprintModule[],
): number | undefined {
  const former = modules.get(name)?.tests;
  if (former !== undefined) return former.expected;
  const counts = checks.get('scaffold')?.counts ?? {};
  const onScaffold = Object.hasOwn(counts, testCommand) ? counts[testCommand] : undefined;
  if (onScaffold === undefined) return undefined;
  const others = all.filter((other) => other.name !== name && other.testCommand === testCommand);
  const passed = others.flatMap((other) => {
    const { judged, tests } = modules.get(other.name) ?? {};
    return judged?.verdict === 'pass' && tests?.run !== undefined ? [tests.run] : [];
  });
  return Math.min(onScaffold, ...passed);
}
