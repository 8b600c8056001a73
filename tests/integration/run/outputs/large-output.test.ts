import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutput } from '../../../../src/run/outputs/check.ts';
import { readOutput, WHOLE_BYTES } from '../../../../src/run/outputs/output.io.ts';
import type { Verdict } from '../../../../src/run/outputs/sentinel.ts';
import { makeScratch } from '../../../harness/scratch.ts';

const S = '<!-- DONE -->';
/** More than is read whole; its middle is never looked at. */
const FILL = 'line of filling text\n'.repeat(WHOLE_BYTES / 10);
const FENCE = '```\n';

const TABLE: [string, string, Verdict][] = [
  ['a sentinel at its end', `# A\n${FILL}${S}\n`, 'done'],
  ['CRLF and blank lines after the sentinel', `# A\r\n${FILL}${S}\r\n\r\n  \r\n`, 'done'],
  ['no sentinel', `# A\n${FILL}`, 'incomplete'],
  ['the sentinel early alone', `# A\n${S}\n${FILL}`, 'incomplete'],
  ['the sentinel in the middle alone', `# A\n${FILL}${S}\n${FILL}`, 'incomplete'],
  ['text after the sentinel', `# A\n${FILL}${S}\nmore\n`, 'incomplete'],
  ['a sentinel with text on its line', `# A\n${FILL}${S} bye\n`, 'incomplete'],
  ['a fence that opens near the end', `# A\n${FILL}${FENCE}${S}\n`, 'incomplete'],
  ['a fence that opens and closes near the end', `# A\n${FILL}${FENCE}code\n${FENCE}${S}\n`, 'done'],
  ['a fence from the head that closes near the end', `# A\n${FENCE}${FILL}${FENCE}${S}\n`, 'done'],
  ['a fence that closes and one that opens', `# A\n${FENCE}${FILL}${FENCE}${FENCE}${S}\n`, 'incomplete'],
  [
    'a shorter mark near the end that closes no longer fence',
    `# A\n\`${FENCE}${FILL}${FENCE}${S}\n`,
    'incomplete',
  ],
  ['three marks near the end', `# A\n${FILL}${FENCE}a\n${FENCE}b\n${FENCE}${S}\n`, 'incomplete'],
  ['a block of a named language', `# A\n${FILL}\`\`\`ts\ncode\n${FENCE}${S}\n`, 'done'],
  ['a ~~~ fence from the head that closes near the end', `# A\n~~~\n${FILL}~~~\n${S}\n`, 'done'],
  ['an error report', `# ERROR\n${FILL}${S}\n`, 'failed'],
  ['an error heading further down', `# A\n${FILL}# ERROR\n${S}\n`, 'done'],
  ['white space alone before its sentinel', `${' \n'.repeat(WHOLE_BYTES)}${S}\n`, 'empty'],
  [
    'letters of several bytes where the tail begins',
    `# A\n${'日本語'.repeat(WHOLE_BYTES / 8)}\n${S}\n`,
    'done',
  ],
];

describe('an output of more than is read whole', () => {
  it.each(TABLE)('with %s', (_, text, verdict) => {
    const path = join(makeScratch(), 'a1.md');
    writeFileSync(path, text);
    expect(Buffer.byteLength(text)).toBeGreaterThan(WHOLE_BYTES);
    expect(checkOutput(readOutput(path)).status).toBe(verdict);
  });

  it.each([-1, 0, 1])('or %i bytes more: the same verdict on both sides of the bound', (more) => {
    const path = join(makeScratch(), 'a1.md');
    const end = `\n\`\`\`js\nx\n${FENCE}${S}\n`;
    writeFileSync(path, 'a'.repeat(WHOLE_BYTES + more - end.length) + end);
    const read = readOutput(path);
    expect(read?.whole).toBe(more <= 0);
    expect(checkOutput(read).status).toBe('done');
  });
});
