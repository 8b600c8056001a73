import fc from 'fast-check';
import { expect, it } from 'vitest';
import { renderJson } from '../../../../src/run/report/json.ts';
import { buildReport } from '../../../../src/run/report/report.ts';
import { fullReport } from './full-report.ts';
import { realisticRun } from './realistic.ts';

it('parses back into the same report', () => {
  const report = buildReport(realisticRun());
  expect(JSON.parse(renderJson(report))).toEqual(report);
});

it('parses back any text, on lines of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const json = renderJson(fullReport(text));
      expect(JSON.parse(json)).toEqual(fullReport(text));
      expect(json.endsWith('}\n')).toBe(true);
    }),
  );
});
