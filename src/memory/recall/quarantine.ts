import { HIDDEN } from '../../findings/plain-text.ts';
import { MAX_TEXT_WORDS } from './record.schema.ts';

/** Longer lines are not prose. */
const MAX_LINE = 1500;
const MAX_WORD = 300;

interface Rule {
  code: string;
  reason: string;
  holds(text: string): boolean;
}

const ORDERS = new RegExp(
  [
    String.raw`\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:instructions?|prompts?|rules|contract|locks?|guidelines|gates?|hooks?|above|qc)\b`,
    String.raw`\byou (?:must|should|shall|will|have to|are (?:now|allowed|required|an?)|may now|can now)\b`,
    String.raw`\b(?:from now on|new instructions?|system prompt|developer message|jailbreak|do anything now)\b`,
    String.raw`\b(?:always|only|just|please|simply)? ?(?:answer|reply|respond|say|report|return|output)\b.{0,20}\b(?:PASS|approved|done|nothing else)\b`,
    String.raw`\b(?:do not|don't|never) (?:tell|mention|report|inform|reveal|show|ask|run (?:the )?tests?|verify|check)\b`,
    String.raw`\b(?:approve|open|confirm) (?:the |this |every |all )?(?:gates?|plans?|commands?|shipment|pull request)\b`,
    String.raw`\b(?:the )?(?:next|future|other|all|every) (?:agents?|builders?|assistants?|models?|reviewers?|qc)\b.{0,20}\b(?:must|should|shall|has to|have to|can|may|need to|please)\b`,
    String.raw`\b(?:curl|wget)\b[^\n]{0,80}\|\s*(?:ba|z|da)?sh\b`,
    String.raw`\b(?:act as|pretend (?:to be|that)|roleplay|as an ai|as a language model)\b`,
    String.raw`\b(?:send|post|upload|exfiltrate|leak|e-?mail)\b.{0,50}(?:https?:|\bto\b.{0,20}\b(?:server|url|address|webhook|endpoint)\b)`,
    String.raw`\b(?:set|export|disable|turn off|switch off|unset)\b.{0,30}\b(?:sandbox|SAO_[A-Z_]+|permission(?:s| checks?)|fan-out guard|approvals?)\b`,
    String.raw`^\s*(?:important|attention|urgent|note to (?:agent|model|assistant|ai|claude))\b[^\n]{0,20}[:!]`,
  ].join('|'),
  'im',
);

const MARKUP = new RegExp(
  [
    String.raw`<\/?(?:antml:|system|assistant|user|human|function_|tool|invoke|parameter|instructions?|prompt|thinking|result)[^>\n]{0,100}>`,
    String.raw`<\|[^|\n]{1,40}\|>`,
    String.raw`\[\/?INST\]|<<\/?SYS>>`,
    String.raw`^\s*(?:human|assistant|system|user|developer)\s*:`,
    '"(?:tool_use|tool_result|tool_calls|function_call)"',
    '<!--',
  ].join('|'),
  'im',
);

const RULES: readonly Rule[] = [
  {
    code: 'instruction',
    reason: 'it instructs agents instead of recording facts',
    holds: (text) => ORDERS.test(text),
  },
  {
    code: 'tool-markup',
    reason: 'it holds markup of prompts or tool calls',
    holds: (text) => MARKUP.test(text),
  },
  {
    code: 'invisible',
    reason: 'it holds invisible or control characters',
    holds: (text) => new RegExp(HIDDEN, 'u').test(text),
  },
  {
    code: 'long-line',
    reason: `a line has more than ${MAX_LINE} characters, or a word more than ${MAX_WORD}`,
    holds: (text) => text.split('\n').some((line) => line.length > MAX_LINE) || /\S{301}/.test(text),
  },
  {
    code: 'too-long',
    reason: `it has more than ${MAX_TEXT_WORDS} words`,
    holds: (text) => (text.match(/\S+/g)?.length ?? 0) > MAX_TEXT_WORDS,
  },
];

/** Why a record is not given to agents. */
export interface QuarantineReason {
  code: string;
  reason: string;
}

/** Returns the reasons to quarantine a text, as its writer wrote it; none if there is nothing against it. */
export function quarantineReasons(source: string): QuarantineReason[] {
  // Look-alike letters and split words must not hide an order.
  const texts = [source, source.normalize('NFKC').replace(/[\s*_`~]+/g, ' ')];
  return RULES.filter(({ holds }) => texts.some(holds)).map(({ code, reason }) => ({ code, reason }));
}
