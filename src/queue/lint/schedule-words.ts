const DAY = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
const UNIT =
  '(?:h|hrs?|hours?|d|days?|w|weeks?|months?|sprints?|story ?points?|person[- ]?(?:hours?|days?|weeks?|months?))';
const NUMBER = '(?:\\d+(?:[.,]\\d+)?(?:\\s*(?:-|–|to)\\s*\\d+)?|one|two|three|four|five|six|half an?)';
const COUNT = `(?:${NUMBER}|an?)`;
/** A point in time, or a number with a unit of time. */
const WHEN = `(?:${NUMBER}\\s*${UNIT}\\b|\\d{1,2}\\.?\\s+${MONTH}\\b|${MONTH}\\s+\\d|(?:19|20)\\d\\d\\b|\\d{1,2}[.:/]\\d|(?:next\\s+)?${DAY}|next\\s+\\w|tomorrow|today|q[1-4]\\b)`;
const SCHEDULE_NOUN = '(?:deadline|eta|due date|time estimate|time box|time-?boxed|estimated?)';

/** Forms of a calendar date, a deadline or an estimate. Durations that a product has ("expires after 30 days") are none of them. */
const FORMS = [
  /\b(?:19|20)\d\d-[01]\d-[0-3]\d\b/,
  new RegExp(
    `\\b(?:by|until|till|before|due|on|next|this)\\s+(?:${DAY}|${MONTH}\\s+\\d|(?:19|20)\\d\\d\\b)`,
    'i',
  ),
  /\b(?:by|until|till|before|due)\s+(?:tomorrow|today|tonight|noon|midnight|(?:the\s+)?end\s+of\s+(?:the\s+)?(?:day|week|month|quarter|year|sprint)|next\s+(?:week|month|quarter|sprint|year)|eod|eow|q[1-4])\b/i,
  /\b(?:tomorrow|next (?:week|month|quarter|sprint)|this (?:week|month|quarter|sprint)|eod|eow|asap)\b/i,
  // The noun alone may be a feature of the product: "a column for the due date".
  new RegExp(`\\b${SCHEDULE_NOUN}\\b(?:\\s*:|\\s+(?:(?:is|of|at|to|on|by)\\s+)?${WHEN})`, 'i'),
  /\bq[1-4]\s+(?:19|20)\d\d\b/i,
  new RegExp(`\\b\\d{1,2}\\.?\\s+${MONTH}\\b|\\b${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?\\b(?!\\.\\d)`, 'i'),
  new RegExp(
    `\\b(?:takes?|should take|needs?|spend|budget|about|approximately|roughly|max(?:imum)?|up to)\\s+${COUNT}\\s*${UNIT}\\b(?!\\s+(?:old|of data|retention|ttl))`,
    'i',
  ),
  new RegExp(`[([]\\s*~?\\s*${COUNT}\\s*${UNIT}\\s*[)\\]]`, 'i'),
  new RegExp(`\\b${COUNT}[\\s-]*${UNIT}\\s+(?:of work|task|job|effort|estimate)\\b`, 'i'),
  new RegExp(`\\bin\\s+${COUNT}\\s*(?:hours?|days?|weeks?|months?|sprints?)\\s*$`, 'i'),
];

/** The part of a text that names a date, a deadline or an estimate; undefined if there is none. */
export function findSchedule(text: string): string | undefined {
  for (const form of FORMS) {
    const found = form.exec(text)?.[0];
    if (found !== undefined) return found.trim();
  }
  return undefined;
}
