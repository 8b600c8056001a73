import { findingsHashOf, gapsOf } from '../run/dispatch/standing.ts';
import { readFindingsFile } from '../run/outputs/findings-file.io.ts';
import type { Job } from './child-env.ts';
import { writeDigest } from './digest.ts';
import type { LiveRun } from './live-run.io.ts';
import { readInputs } from './prompt.io.ts';
import { type RunningAttempt, writeOutput } from './run-attempt.io.ts';

/** Writes the output of a coordinator that needs no model: a digest of its workers' outputs. */
export function runDigest(job: Job, { dir, plan, snapshot }: LiveRun): RunningAttempt {
  const gaps = gapsOf(snapshot, job.agent.inputs);
  const inputs = readInputs(snapshot, plan, job.agent).map(({ agent, text }) => {
    const hash = findingsHashOf(snapshot, agent);
    const found = hash === undefined ? undefined : readFindingsFile(dir, agent.id, hash);
    return { ...agent, text, findings: found?.findings };
  });
  const fault = writeOutput(job, writeDigest(job.agent, inputs, gaps, snapshot.manifest.project));
  const outcome = { answer: '', ...(fault === undefined ? {} : { fault }) };
  return { job, stop: () => {}, done: Promise.resolve(outcome) };
}
