// The pages of a contract, from the modules of an application.

const CONTRACTS = '.orchestration/contracts';

/**
 * `modules`: name, description, needs, paths and test command of each; `guarantees`: the text of its interface. `locks`: decisions with a check.
 */
export function writeContract({ project, summary, modules, shared = [], test, integration, types, locks }) {
  const names = modules.map(({ name }) => name);
  const document = {
    project,
    test_command: test,
    integration_test_command: integration,
    shared_paths: shared,
    modules: modules.map(({ name, description, needs = [], paths, testCommand }) => ({
      name,
      description,
      depends_on: needs,
      interface: `interfaces/${name}.interface.md`,
      paths,
      builder_model: 'sonnet',
      estimated_complexity: 'low',
      ...(testCommand === undefined ? {} : { test_command: testCommand }),
    })),
    build_order: names,
    assembly_order: names,
  };
  const decisions = Object.fromEntries(
    Object.entries(locks).map(([name, lock]) => [
      name,
      {
        locked_by: 'architect',
        lock_level: 'locked',
        affects: ['all'],
        locked_at: '2026-01-01T00:00:00Z',
        ...lock,
      },
    ]),
  );
  return {
    [`${CONTRACTS}/architecture.md`]: `# ${project}\n\n${summary}\n\n<!-- DONE -->\n`,
    [`${CONTRACTS}/modules.json`]: `${JSON.stringify(document, null, 2)}\n`,
    ...Object.fromEntries(
      modules.map(({ name, guarantees }) => [
        `${CONTRACTS}/interfaces/${name}.interface.md`,
        `# ${name}\n\n${guarantees}\n`,
      ]),
    ),
    [`${CONTRACTS}/interfaces/shared-types.md`]: `# Shared types\n\n${types}\n`,
    [`${CONTRACTS}/decisions/001-shape.md`]: `# Shape\n\n## Status\n\nAccepted\n\n## Context\n\n${summary}\n\n## Decision\n\nSmall modules with plain functions.\n\n## Alternatives Considered\n\nOne large module.\n\n## Consequences\n\nModules can be built side by side.\n`,
    [`${CONTRACTS}/locks.json`]: `${JSON.stringify({ decisions, interfaces: {} }, null, 2)}\n`,
  };
}
