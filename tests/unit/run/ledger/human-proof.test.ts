import { expect, it } from 'vitest';
import {
  type CallOrigin,
  hashToken,
  isAnswered,
  proveConfirmation,
  proveHuman,
} from '../../../../src/run/ledger/human-proof.ts';

const TOKEN_HASH = hashToken('token-1');
const asked = new Map([[TOKEN_HASH, 'shown']]);
const shell: CallOrigin = { isSession: false, isAgent: false, isTerminal: true };

it('keeps only the SHA-256 of a token', () => {
  // printf 'abc' | sha256sum
  expect(hashToken('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

it.each<[string, CallOrigin, string, 'asked' | 'terminal' | undefined]>([
  ['a terminal in no session proves a human', shell, 'shown', 'terminal'],
  ['a shell without a terminal does not', { ...shell, isTerminal: false }, 'shown', undefined],
  ['a terminal inside a session does not', { ...shell, isSession: true }, 'shown', undefined],
  ['an agent’s terminal does not', { ...shell, isAgent: true }, 'shown', undefined],
  [
    'a token in a session proves the answer to its question',
    { isSession: true, isAgent: false, isTerminal: false, tokenHash: TOKEN_HASH },
    'shown',
    'asked',
  ],
  [
    'a token proves no answer to another question',
    { isSession: true, isAgent: false, isTerminal: false, tokenHash: TOKEN_HASH },
    'changed',
    undefined,
  ],
  [
    'an unknown token proves nothing',
    { isSession: true, isAgent: false, isTerminal: false, tokenHash: hashToken('token-2') },
    'shown',
    undefined,
  ],
  [
    'a token proves nothing in an agent’s call',
    { isSession: true, isAgent: true, isTerminal: false, tokenHash: TOKEN_HASH },
    'shown',
    undefined,
  ],
])('%s', (_, speaker, hash, expected) => {
  expect(proveHuman(speaker, asked, hash)).toBe(expected);
});

it('a call without a token answers nothing', () => {
  expect(isAnswered(asked, undefined, 'shown')).toBe(false);
});

const session: CallOrigin = { isSession: true, isAgent: false, isTerminal: false };

it.each<[string, CallOrigin, string, boolean, string | undefined]>([
  ['a terminal confirms a plan', shell, 'shown', false, 'terminal'],
  ['a shell without one may be a script', { ...shell, isTerminal: false }, 'shown', false, 'unattended'],
  ['a model does not', session, 'shown', false, undefined],
  ['a human’s turn does', { ...session, tokenHash: TOKEN_HASH }, 'shown', false, 'asked'],
  ['but not another plan', { ...session, tokenHash: TOKEN_HASH }, 'changed', false, undefined],
  ['an unknown token does not', { ...session, tokenHash: hashToken('token-2') }, 'shown', false, undefined],
  ['the user’s configuration does', session, 'shown', true, 'unattended'],
  ['an agent does not', { ...shell, isAgent: true }, 'shown', true, undefined],
  ['not even with a token', { ...session, isAgent: true, tokenHash: TOKEN_HASH }, 'shown', true, undefined],
])('%s', (_name, origin, hash, isUnattended, expected) => {
  expect(proveConfirmation(origin, asked, hash, isUnattended)).toBe(expected);
});
