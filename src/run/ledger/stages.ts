/** The stages of a build, in their order. */
export const STAGES = [
  'architect',
  'bootstrap',
  'scaffold',
  'build',
  'assemble',
  'harden',
  'ship',
  'curate',
] as const;
export type Stage = (typeof STAGES)[number];

/** The stages as people number them. */
export const STAGE_NUMBERS: Readonly<Record<Stage, string>> = {
  architect: '1',
  bootstrap: '1b',
  scaffold: '2',
  build: '3',
  assemble: '4',
  harden: '5',
  ship: '6',
  curate: '7',
};

/** The stages whose gate needs a human's approval. */
export const HUMAN_GATES = ['architect', 'ship'] as const satisfies readonly Stage[];
export type HumanGate = (typeof HUMAN_GATES)[number];
