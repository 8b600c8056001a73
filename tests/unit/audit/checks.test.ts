import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOMAINS } from '../../../src/audit/check/domains.ts';
import { CHECKS } from '../../../src/audit/checks/catalog.io.ts';

const ROOT = join(import.meta.dirname, '../../../src/audit');
const FILES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));

describe('the catalog of checks', () => {
  it('has at least four checks per domain, with unique ids', () => {
    for (const { id } of DOMAINS) {
      expect(CHECKS.filter((check) => check.domain === id).length).toBeGreaterThanOrEqual(4);
    }
    expect(new Set(CHECKS.map((check) => check.id)).size).toBe(CHECKS.length);
  });

  it.each(CHECKS.map((entry) => [entry.id, entry] as const))(
    '%s loads with its info unchanged',
    async (_id, entry) => {
      const { run, ...info } = await entry.load();
      expect(run).toBeTypeOf('function');
      expect(info).toEqual({ id: entry.id, domain: entry.domain, title: entry.title, task: entry.task });
      expect(entry.id).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
      expect(entry.title).toMatch(/\.$/);
    },
  );
});

describe('the layers of the audit', () => {
  it.each(FILES.filter((path) => !path.endsWith('.io.ts')))('%s imports no effect', (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const imports = [...text.matchAll(/^(?:import|export)\s[^;]*?from '([^']+)';/gms)].map((m) => m[1] ?? '');
    for (const name of imports)
      expect(name).not.toMatch(/^(?:node:|fs|child_process|execa|simple-git)|\.io\.ts$|system\/(?!result)/);
    expect(text.replace(/\/.*?[^\\]\/|'[^']*'|\/\/.*/g, '')).not.toMatch(/\b(?:Date\.now|Math\.random)\(/);
  });
});
