import { plainText } from '../../findings/plain-text.ts';
import { type Claim, compareClaims, type Difference, type Nouns, readClaim } from '../training/claims.ts';
import { stemOf } from '../training/words.ts';
import { type BrainSection, parseBrain } from './brain.ts';

/** The parts of a lock that matter for a comparison. */
export interface Assertion {
  name: string;
  assertion: string;
}

/** Two statements that cannot both be true. */
export interface Contradiction {
  a: { source: string; text: string };
  b: { source: string; text: string };
  differs: Difference[];
}

interface Statement {
  /** `brains/{name}.md` or `locks.json#{name}` */
  source: string;
  text: string;
  claim: Claim;
  /** The words of its topic, without numbers, names and fillers. */
  topic: ReadonlySet<string>;
  isLock: boolean;
}

/** The sections that are compared with locks and with other brains. The state of one module is not compared with another's. */
const AGAINST_LOCKS: readonly BrainSection[] = ['Current State', 'Decisions', 'Dependencies'];
const AGAINST_BRAINS: readonly BrainSection[] = ['Decisions', 'Dependencies'];

/** Minimum share and minimum number of topic words that two statements must have in common to be compared. */
const SAME_TOPIC = 0.7;
const SHARED_WORDS = 2;

/**
 * Finds statements of brains that contradict a lock or another brain, if both use mostly the same words; other cases are left to
 * agents. `brains` by name; `nouns` are the names of the project in lower case.
 */
export function findContradictions(
  brains: ReadonlyMap<string, string>,
  locks: readonly Assertion[],
  nouns: Nouns,
): Contradiction[] {
  const asserted = locks.map(({ name, assertion }) => state(`locks.json#${name}`, assertion, nouns, true));
  const read = (sections: readonly BrainSection[]) =>
    [...brains].flatMap(([name, text]) => statementsOf(name, text, sections, nouns));
  const decided = read(AGAINST_BRAINS);
  return [
    ...pairUp(read(AGAINST_LOCKS), asserted),
    ...decided.flatMap((statement, index) => pairUp([statement], decided.slice(index + 1))),
  ];
}

function statementsOf(
  name: string,
  text: string,
  sections: readonly BrainSection[],
  nouns: Nouns,
): Statement[] {
  const brain = parseBrain(text);
  return sections
    .flatMap((section) => brain.sections[section])
    .map((line) => line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, ''))
    .map((line) => state(`brains/${name}.md`, line, nouns, false));
}

function state(source: string, text: string, nouns: Nouns, isLock: boolean): Statement {
  const claim = readClaim(text, nouns);
  const words = claim.terms.filter(({ kind }) => kind === 'word').map(({ key }) => stemOf(key));
  return { source, text: plainText(text, 300), claim, topic: new Set(words), isLock };
}

function pairUp(statements: readonly Statement[], others: readonly Statement[]): Contradiction[] {
  return statements.flatMap((a) =>
    others.flatMap((b) => {
      if (!isSameTopic(a, b)) return [];
      const { verdict, differs } = compareClaims(a.claim, b.claim);
      if (verdict !== 'conflict') return [];
      return [{ a: { source: a.source, text: a.text }, b: { source: b.source, text: b.text }, differs }];
    }),
  );
}

/** Returns whether two statements are about the same modules, mostly in the same words. A lock that names no module applies to all. */
function isSameTopic(a: Statement, b: Statement): boolean {
  const shared = [...a.topic].filter((word) => b.topic.has(word)).length;
  if (shared < SHARED_WORDS || shared < SAME_TOPIC * Math.min(a.topic.size, b.topic.size)) return false;
  const isGeneral = ({ isLock, claim }: Statement) => isLock && claim.subjects.length === 0;
  return isGeneral(a) || isGeneral(b) || a.claim.subjects.join(' ') === b.claim.subjects.join(' ');
}
