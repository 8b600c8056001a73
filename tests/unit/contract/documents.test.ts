import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { CONFLICT_FORM } from '../../../src/contract/conflict.ts';
import { readLocks, readModules } from '../../../src/contract/contract.ts';
import { makeContract, makeDocument, makeLock } from './sample.ts';

const page = readFileSync('docs/contracts.md', 'utf8');

function validatorOf(name: string) {
  const ajv = new Ajv2020.default({ strict: false });
  addFormats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(`docs/${name}.schema.json`, 'utf8')));
}

/** The first JSON block under a heading of the page. */
function exampleOf(heading: string): unknown {
  const section = page.slice(page.indexOf(`## ${heading}`));
  return JSON.parse(/```json\n([\s\S]*?)```/.exec(section)?.[1] ?? '');
}

describe('the page on contracts', () => {
  it('has examples that are valid', () => {
    const files = makeContract({
      'modules.json': exampleOf('modules.json') as object,
      'locks.json': exampleOf('locks.json') as object,
    });
    expect(readModules(files)).toMatchObject({ ok: true });
    expect(readLocks(files)).toMatchObject({ ok: true });
  });

  it('shows the form that is read', () => {
    expect(page).toContain(`\`\`\`\n${CONFLICT_FORM}\n\`\`\``);
  });
});

describe('the JSON schemas', () => {
  it('take what is read, and the examples of the page', () => {
    const isModules = validatorOf('modules');
    expect(isModules(makeDocument()), JSON.stringify(isModules.errors)).toBe(true);
    expect(isModules(exampleOf('modules.json'))).toBe(true);
    const isLocks = validatorOf('locks');
    for (const locks of [
      exampleOf('locks.json'),
      { decisions: { a: makeLock() } },
      { locks: [makeLock({ name: 'a' })] },
    ])
      expect(isLocks(locks), JSON.stringify(isLocks.errors)).toBe(true);
  });

  it('refuse what is refused', () => {
    expect(validatorOf('modules')(makeDocument({ modules: [] }))).toBe(false);
    expect(validatorOf('locks')({ decisions: { a: makeLock({ lock_level: 'hard' }) } })).toBe(false);
  });
});
