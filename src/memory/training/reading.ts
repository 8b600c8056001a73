import {
  type Claim,
  type Comparison,
  compareClaims,
  haveAlternatives,
  type Nouns,
  readClaim,
  wordsThatDiffer,
} from './claims.ts';
import { answerOf, type Pair, questionOf } from './pair.schema.ts';

/** A pair with its claims, which are extracted only when a near pair exists. */
export class Reading {
  readonly pair: Pair;
  private readonly nouns: Nouns;
  private readonly claims = new Map<string, Claim>();

  constructor(pair: Pair, nouns: Nouns) {
    this.pair = pair;
    this.nouns = nouns;
  }

  get question(): Claim {
    return this.read('question', questionOf);
  }

  get answer(): Claim {
    return this.read('answer', answerOf);
  }

  private read(name: string, textOf: (pair: Pair) => string): Claim {
    const claim = this.claims.get(name) ?? readClaim(textOf(this.pair), this.nouns);
    this.claims.set(name, claim);
    return claim;
  }
}

const UNSURE: Comparison = { verdict: 'unsure', differs: [] };

/**
 * Compares two pairs whose words are nearly the same. Two questions about different things ask for different facts, even if their words
 * match. The same applies to two different open questions with different answers.
 */
export function compareReadings(a: Reading, b: Reading): Comparison {
  if (a.question.subjects.join(' ') !== b.question.subjects.join(' ') || areAboutOthers(a, b)) return UNSURE;
  const questions = compareClaims(a.question, b.question);
  const answers = compareClaims(a.answer, b.answer);
  if (questions.verdict === 'same') {
    // A different word in the question makes it another phrasing, not a duplicate.
    return answers.verdict === 'same' && areRephrased(a.question, b.question) ? UNSURE : answers;
  }
  if (questions.verdict === 'unsure' || !isDecidable(a, b, questions, answers)) return UNSURE;
  return { verdict: 'conflict', differs: [...new Set([...questions.differs, ...answers.differs])] };
}

/** Compares two pairs of which only the answers have nearly the same words: they can contradict each other if they ask the same question in other words. */
export function compareAnswers(a: Reading, b: Reading): Comparison {
  const [onlyA, onlyB] = wordsThatDiffer(a.question, b.question);
  const shared = a.question.terms.length - onlyA.length;
  const isOne = compareClaims(a.question, b.question).verdict === 'same';
  return isOne && shared >= Math.max(onlyA.length, onlyB.length) ? compareReadings(a, b) : UNSURE;
}

/** Recognises questions about different things, such as "How long do queries take?" and "How long do migrations take?". */
function areAboutOthers(a: Reading, b: Reading): boolean {
  const [askedA, askedB] = wordsThatDiffer(a.question, b.question);
  if (askedA.length === 0 || askedB.length === 0) return false;
  const [saidA, saidB] = wordsThatDiffer(a.answer, b.answer);
  return askedA.some((word) => saidA.includes(word)) && askedB.some((word) => saidB.includes(word));
}

function areRephrased(a: Claim, b: Claim): boolean {
  const [onlyA, onlyB] = wordsThatDiffer(a, b);
  return onlyA.length > 0 && onlyB.length > 0;
}

function isDecidable(a: Reading, b: Reading, questions: Comparison, answers: Comparison): boolean {
  const isNamesOnly = questions.differs.every((kind) => kind === 'choices');
  if (!YES_OR_NO.test(questionOf(a.pair).trim())) return answers.verdict === 'same' && !isNamesOnly;
  return !isNamesOnly || haveAlternatives(a.question, b.question);
}

const YES_OR_NO =
  /^(?:is|are|was|were|does|do|did|can|could|may|might|must|should|shall|will|would|has|have|had)\b/i;
