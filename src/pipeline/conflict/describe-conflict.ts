import type { Conflict } from '../../contract/conflict.ts';
import { plainLines } from '../../findings/plain-text.ts';

/** Formats a conflict as lines; text of the builder is indented below its label. */
export function describeConflict({
  name,
  module,
  title,
  place,
  ...parts
}: Conflict & { place: string }): string[] {
  const { contract, problem, options, proposal } = parts;
  const sections = Object.entries({ contract, problem, options, proposal }).filter(([, text]) => text !== '');
  return [
    `${name} (${module}): ${title}`,
    `  ${place}`,
    ...sections.flatMap(([part, text]) => [
      `  ${part}:`,
      ...plainLines(text)
        .split('\n')
        .map((line) => `    ${line}`),
    ]),
  ];
}
