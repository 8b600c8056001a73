import { readLines } from '../../findings/markdown-lines.ts';
import { plainText } from '../../findings/plain-text.ts';
import type { BlockRequest } from '../../queue/decide/settle.ts';
import { BLOCKER_KINDS } from '../../queue/model/types.ts';

const MAX_QUESTION = 2_000;

/** The question in the section `## Blocker` of an agent's report; undefined if it asks none. Text in code fences is no section. */
export function readBlocker(report: string): Omit<BlockRequest, 'workAt'> | undefined {
  const lines = readLines(report);
  const start = lines.findIndex(
    ({ kind, level, text }) => kind === 'heading' && level === 2 && /^blocker$/i.test(text.trim()),
  );
  if (start < 0) return undefined;
  const end = lines.findIndex(({ kind, level }, at) => at > start && kind === 'heading' && level <= 2);
  const section = lines.slice(start + 1, end < 0 ? undefined : end);
  const findValue = (name: string) => {
    const item = section.find(({ kind, text }) => kind === 'text' && itemOf(text)?.name === name);
    return item ? (itemOf(item.text)?.value ?? '') : '';
  };
  const question = plainText(findValue('question'), MAX_QUESTION);
  if (question === '') return undefined;
  const given = findValue('kind').split(/\s/)[0];
  const kind = BLOCKER_KINDS.find((each) => each === given) ?? 'needs-decision';
  return { kind, question, for: /^human\b/i.test(findValue('for')) ? 'human' : 'leader' };
}

function itemOf(line: string): { name: string; value: string } | undefined {
  const [, name, value = ''] =
    /^\s*[-*]\s+(?:\*\*)?(kind|for|question)(?:\*\*)?:(?:\*\*)?\s*(.*)$/i.exec(line) ?? [];
  return name === undefined ? undefined : { name: name.toLowerCase(), value: value.trim() };
}
