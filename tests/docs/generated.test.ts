import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatePages } from '../../scripts/docs-pages.ts';

describe('pages made from the code', async () => {
  for (const [path, text] of Object.entries(await generatePages())) {
    it(`${path} is what the code says (npm run docs)`, () => {
      expect(readFileSync(path, 'utf8')).toBe(text);
    });
  }
});
