import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLedger } from '../../../src/run/ledger/events.ts';
import { type ScriptedApi, startApi } from '../../../tests/client/harness/api.ts';
import type { Call } from '../../../tests/client/harness/call.ts';
import { startedAgain } from '../../../tests/client/harness/entries.ts';
import type { Answer, Script } from '../../../tests/client/harness/reply.ts';
import { approve, isReview } from '../../../tests/client/harness/reviews.ts';
import { createSandbox, type Sandbox } from '../../../tests/client/harness/sandbox.ts';
import { openSession } from '../../../tests/client/harness/session.ts';
import { countParent, type Measured, tellParent, tokensOf } from './count.ts';
import { type DOMAINS, writeProject } from './project.ts';

/** One way of getting the same work done, as a script for the parent and one for its agents. */
export interface Way {
  name: string;
  /** The first prompt of the user. */
  prompt: string;
  plugin: boolean;
  /** Settings of the client beside those of every way. */
  env?: Record<string, string>;
  /** The client's permission mode, instead of its default. Reviews of its auto mode are answered, and are no part of the conversation. */
  mode?: string;
  parent(call: Call): Answer;
  agent: Script;
  /** The user's answer to the parent's question before it starts. */
  yes?: string;
  /** What the last answer of the parent, which begins with "Finished.", must say, or the work was not done. */
  expects?: string;
}

export interface Stage {
  sandbox: Sandbox;
  /** Where the agents' files come to lie. */
  runs: string;
  /** The plugin's folder. */
  plugin: string;
}

/** Gives a project of this size to what is measured, and takes everything away afterwards. */
export async function withStage<T>(
  { workers, domains, plugin }: { workers: number; domains?: typeof DOMAINS; plugin: string },
  measure: (stage: Stage) => Promise<T>,
): Promise<T> {
  const sandbox = await createSandbox();
  writeProject(sandbox.project, workers, domains);
  // The largest plans are above the default of what a plan may cost. The prompts of a program that drives the client are no human's.
  const config = join(sandbox.home, '.config', 'sao');
  mkdirSync(config, { recursive: true });
  writeFileSync(
    join(config, 'config.json'),
    JSON.stringify({ maxPlanUsd: 1000, confirmPlans: 'unattended' }),
  );
  // As long as a user's own path, since output contains the runs directory.
  const runs = realpathSync(mkdtempSync(join(tmpdir(), 'orchestrat-')));
  try {
    return await measure({ sandbox, runs, plugin });
  } finally {
    await sandbox.remove();
    rmSync(runs, { recursive: true, force: true });
  }
}

/** Lets the real client carry a way out and counts what landed in its parent's conversation. */
export async function perform(
  way: Way,
  { workers, summaries }: { workers: number; summaries: number },
  stage: Stage,
): Promise<Measured> {
  let lastAnswer = '';
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve_) => {
    end = resolve_;
  });
  const api = await startApi((call) => {
    if (isReview(call)) return approve(call);
    if (call.agentId !== undefined) return way.agent(call);
    const answer = way.parent(call);
    if (answer.text?.startsWith('Finished.')) {
      lastAnswer = answer.text;
      end();
    }
    return answer;
  });
  await converse(way, api, stage, ended);
  if (!lastAnswer.includes(way.expects ?? '')) throw new Error(`${way.name}: ${lastAnswer}`);
  const calls = api.calls.filter((call) => !isReview(call));
  const parts = countParent(calls, lastAnswer);
  const characters = Object.values(parts).reduce((sum, part) => sum + part, 0);
  if (process.env.SAO_BENCH_TELL) console.error(tellParent(api.calls));
  return {
    way: way.name,
    workers,
    tokens: tokensOf(characters),
    besides: tokensOf(characters - summaries),
    shown: tokensOf((parts.results ?? 0) + (parts.words ?? 0)),
    turns: calls.filter(({ agentId }) => agentId === undefined).length,
    refused: countRefused(api),
    again: listAgain(stage.runs).length,
    written: countFiles(stage.runs),
    parts,
  };
}

function argsOf({ plugin, mode }: Way): string[] {
  if (mode !== undefined) return ['--permission-mode', mode];
  return plugin ? [] : ['--dangerously-skip-permissions'];
}

async function converse(way: Way, api: ScriptedApi, stage: Stage, ended: Promise<void>): Promise<void> {
  const session = openSession({
    api,
    sandbox: stage.sandbox,
    plugins: way.plugin ? [stage.plugin] : [],
    env: { SAO_RUNS_DIR: stage.runs, ...way.env },
    // A way without its own hooks would ask the user for every file.
    args: argsOf(way),
    limitMs: 1_800_000,
  });
  await session.send(way.prompt);
  if (way.yes !== undefined) await session.send(way.yes);
  await ended;
  await session.close();
  await api.close();
}

function countRefused(api: ScriptedApi): number {
  const refused = api.calls
    .flatMap(({ results }) => results)
    .filter(({ text }) => text.includes('Concurrent subagent limit'));
  return new Set(refused.map(({ toolUseId }) => toolUseId)).size;
}

function listAgain(runs: string): string[] {
  const ledgers = readdirSync(runs).map((run) => join(runs, run, 'ledger.jsonl'));
  return ledgers
    .filter((path) => existsSync(path))
    .flatMap((path) => startedAgain(parseLedger(readFileSync(path, 'utf8'))));
}

function countFiles(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true }).filter((name) =>
    /(workers|synthesis)\/[^/]+\.md$/.test(String(name)),
  ).length;
}
