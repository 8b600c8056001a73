import { MUTANTS, type Mutant } from './table.ts';

/** The mutant with this name. Throws if the table has none. */
export function readMutant(name: string | undefined): Mutant {
  const mutant = MUTANTS.find((candidate) => candidate.name === name);
  if (!mutant) throw new Error(`scripts/mutants/table.ts has no mutant "${name}"`);
  return mutant;
}

/** The source with the mutant's one change. Throws if the text to replace does not occur exactly once. */
export function applyMutant(source: string, { name, file, from, to }: Mutant): string {
  const parts = source.split(from);
  if (parts.length !== 2)
    throw new Error(`mutant "${name}": ${file} has ${parts.length - 1} places with \`${from}\`, expected 1`);
  return parts.join(to);
}
