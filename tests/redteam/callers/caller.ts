import type { Attack, Place } from '../attack.ts';

/** Something that agents' code runs in: a session, a subagent, a headless worker or a test. */
export interface Caller {
  /** How many attacks it is given at once: those that run are judged one by one, but many that are refused together. */
  atOnce: number;
  /** Runs the lines of attacks and waits for their end; returns what the last one was told. */
  attack(attacks: readonly { attack: Attack; place: Place }[]): Promise<string>;
  /** Lets the caller end in order. */
  end(): Promise<void>;
}

export function linesOf(attack: Attack, place: Place): readonly string[] {
  const script = attack.script(place);
  return typeof script === 'string' ? [script] : script;
}
