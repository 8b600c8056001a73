import type { ContractFiles } from '../../../src/contract/contract-files.ts';
import type { Module } from '../../../src/contract/modules.schema.ts';

export function makeModule(name: string, depends_on: string[] = [], more: Partial<Module> = {}): Module {
  return {
    name,
    description: `The module ${name}`,
    depends_on,
    interface: `interfaces/${name}.interface.md`,
    paths: [`src/${name}/**`],
    builder_model: 'sonnet',
    estimated_complexity: 'low',
    ...more,
  };
}

/** A diamond: `core` below `auth` and `store`, `api` above both; `web` on its own. */
export const MODULES = [
  makeModule('core'),
  makeModule('auth', ['core'], { builder_model: 'opus', test_command: 'node --test src/auth' }),
  makeModule('store', ['core']),
  makeModule('api', ['auth', 'store'], { estimated_complexity: 'high' }),
  makeModule('web'),
];

export function makeDocument(more: object = {}): Record<string, unknown> {
  return {
    project: 'shop',
    test_command: 'npm test',
    integration_test_command: 'npm run test:integration',
    shared_paths: ['package.json', 'package-lock.json'],
    modules: MODULES,
    build_order: ['core', 'auth', 'store', 'web', 'api'],
    assembly_order: ['web', 'core', 'store', 'auth', 'api'],
    ...more,
  };
}

export const makeLock = (more: object = {}) => ({
  locked_by: 'architect',
  lock_level: 'locked',
  affects: ['auth', 'api'],
  assertion: 'Passwords are hashed with scrypt',
  locked_at: '2026-01-02T03:04:05Z',
  ...more,
});

export const DECISION = `# 001 Storage

## Status

accepted

## Context

We need a store.

## Decision

A file.

## Alternatives Considered

A server.

## Consequences

One process writes.
`;

/** A whole and valid contract, with files replaced (or, by null, left out). */
export function makeContract(
  changes: Record<string, string | object | null> = {},
): ContractFiles & Map<string, string> {
  const files: Record<string, string | object | null> = {
    'architecture.md': '# Shop\n\nFive modules.\n\n<!-- DONE -->\n',
    'modules.json': makeDocument(),
    'locks.json': { decisions: { 'password-hash': makeLock() }, interfaces: { core: makeLock() } },
    'interfaces/shared-types.md': '# Shared types\n\nMoney is in cents.\n',
    ...Object.fromEntries(MODULES.map(({ name }) => [`interfaces/${name}.interface.md`, `# ${name}\n`])),
    'decisions/001-storage.md': DECISION,
    ...changes,
  };
  const entries = Object.entries(files).flatMap(([path, value]): [string, string][] => {
    if (value === null) return [];
    return [[path, typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`]];
  });
  return new Map(entries);
}

/** A conflict report of a builder of `auth`. */
export const REPORT = `# Tokens cannot be opaque

## Contract
interfaces/auth.interface.md: "tokens are opaque"

## Problem
The api reads the user out of the token.

## Options
Signed tokens, or a call more.

## Proposal
Signed tokens: the contract changes.
`;
