import { describe, expect, it } from 'vitest';
import { renderBuildProgress } from '../../../src/pipeline/drive/progress-text.ts';
import type { BuildProgress } from '../../../src/pipeline/drive/resume-build.io.ts';
import { progressText } from '../../../src/pipeline/machine/wording.ts';

const progress = (step: BuildProgress['step'], detail: string): BuildProgress => ({
  run: 'R',
  dir: '/r',
  complete: false,
  interrupted: false,
  halted: null,
  step,
  stages: [
    { stage: 'architect', number: '1', state: 'done', detail: '' },
    { stage: 'bootstrap', number: '1b', state: 'now', detail },
    { stage: 'scaffold', number: '2', state: 'later', detail: '' },
  ],
  costUsd: 0,
  auditUsd: 0,
  assumedUsd: 0,
  unpriced: 0,
  goOn: null,
});

describe('the progress of a build', () => {
  it.each([
    [{ kind: 'stuck', reason: 'trainer wrote no valid file', command: 'sao retry R trainer' }],
    [{ kind: 'halted', reason: 'trainer wrote no valid file' }],
  ] as const)('says once why it stopped: %o', (step) => {
    const text = renderBuildProgress(progress(step, step.reason));
    expect(text.split('trainer wrote no valid file')).toHaveLength(2);
    expect(text).toContain('now   1b bootstrap stopped\n');
  });

  it('says what the agents have cost, and what of it is assumed', () => {
    const gate = progress({ kind: 'gate', stage: 'architect', hash: 'h' }, '');
    const text = renderBuildProgress({ ...gate, costUsd: 2, auditUsd: 0.5, assumedUsd: 1.5 });
    expect(text).toContain('\nspent: $2.00, of which $0.50 for audits, of it $1.50 assumed\n');
    expect(renderBuildProgress({ ...gate, unpriced: 2 })).toContain('\ncost not reported\n');
  });

  it('keeps the details of a stage that goes on', () => {
    const text = renderBuildProgress(progress({ kind: 'gate', stage: 'architect', hash: 'h' }, '3 of 200'));
    expect(text).toContain('now   1b bootstrap 3 of 200\n');
  });
});

describe('the progress line of a delivery', () => {
  it.each([
    ['ship', false, 'merging to the base branch'],
    ['ship', true, 'pushing the branch of the build'],
    ['bring-home', false, 'merging brains and training pairs to the base branch'],
    ['bring-home', true, 'pushing brains and training pairs'],
  ] as const)('%s, with a pushed branch %s: %s', (work, deliversBranch, line) => {
    expect(progressText.work({ do: work }, deliversBranch)).toBe(line);
  });
});
