import { describe, expect, it } from 'vitest';
import { renderDiagnostic, renderEnvelope } from '../../../src/cli/envelope.ts';
import { createRedraw } from '../../../src/cli/redraw.ts';

function screen(isTTY = true, rows = 5) {
  const written: string[] = [];
  const redraw = createRedraw({ isTTY, rows, columns: 20, write: (text) => written.push(text) });
  return { written, redraw };
}

describe('createRedraw', () => {
  it('draws over what it drew before, and removes it at the end', () => {
    const { written, redraw } = screen();
    redraw(() => 'a\nb');
    redraw(() => 'c');
    redraw(() => '');
    redraw(() => '');
    expect(written).toEqual(['a\nb\n', '\u001b[2A\r\u001b[Jc\n', '\u001b[1A\r\u001b[J', '']);
  });

  it('never draws more than the screen holds, and tells its width', () => {
    const { written, redraw } = screen();
    redraw((width) => Array.from({ length: 9 }, () => String(width)).join('\n'));
    expect(written).toEqual(['19\n19\n19\n19\n']);
  });

  it('writes nothing where there is no terminal', () => {
    const { written, redraw } = screen(false);
    redraw(() => 'a');
    expect(written).toEqual([]);
  });
});

const evil = {
  severity: 'error',
  code: 'x',
  message: 'no "a\u001b[31m\u009b2J"',
  target: 't\u0007\nx',
  fix: 'f\u202e',
} as const;

describe('what is printed of an error', () => {
  it('holds nothing that a terminal obeys', () => {
    expect(renderDiagnostic(evil, false)).toBe('Error: no "a" (t x)\nFix: f\n');
    expect(renderEnvelope({ ok: false, diagnostics: [evil] })).toMatch(/^[ -~\n\u202e]+$/);
  });

  it('is the same document again once it is parsed', () => {
    expect(JSON.parse(renderEnvelope({ ok: false, diagnostics: [evil] })).diagnostics).toEqual([evil]);
  });

  it('names the target only where the message does not', () => {
    expect(
      renderDiagnostic({ severity: 'warning', code: 'x', message: 'no a.ts', target: 'a.ts' }, false),
    ).toBe('Warning: no a.ts\n');
  });
});
