import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, linesOf } from './caller.ts';

const POLL_MS = 15;
/** Longer than tools/serve.sh lets an attack run. */
const WAIT_MS = 120_000;

/** A program that an engine has started, and that runs the attacks of a folder (tools/serve.sh). `ended`: that of the engine. */
export class ServedCaller implements Caller {
  private readonly box: string;
  private readonly ended: Promise<unknown>;
  private readonly path: string;
  private lines = 0;
  private isOver = false;
  private said = '';

  constructor(box: string, ended: Promise<unknown>, plugin: string) {
    this.box = box;
    this.path = `PATH=${plugin}/bin:$PATH; export PATH`;
    this.ended = ended.then((said) => {
      this.isOver = true;
      this.said = String(said);
    });
  }

  readonly atOnce = 1;

  async attack(attacks: Parameters<Caller['attack']>[0]): Promise<string> {
    for (const line of attacks.flatMap(({ attack, place }) => linesOf(attack, place))) {
      const path = join(this.box, `${this.lines}.sh`);
      writeFileSync(`${path}.new`, `${this.path}\n${line}\n`);
      renameSync(`${path}.new`, path);
      await this.waitFor(`${this.lines}.done`);
      this.lines += 1;
    }
    return readFileSync(join(this.box, `${this.lines - 1}.out`), 'utf8');
  }

  async begin(): Promise<void> {
    await this.waitFor('served');
  }

  async end(): Promise<void> {
    writeFileSync(join(this.box, 'end'), '');
    await this.ended;
  }

  private async waitFor(name: string): Promise<void> {
    for (let left = WAIT_MS; !existsSync(join(this.box, name)); left -= POLL_MS) {
      if (this.isOver || left <= 0) throw new Error(this.describeSilence(name));
      await sleep(POLL_MS);
    }
  }

  /** Why a sign of the program is missing: how the program ended, and what its engine said. */
  private describeSilence(name: string): string {
    const ended = join(this.box, 'ended');
    const end = existsSync(ended) ? readFileSync(ended, 'utf8') : 'it was killed, or it still runs';
    return `the caller has not answered with ${name}: ${end}\n${this.said}`;
  }
}

/** A new, empty folder for attacks. */
export function makeBox(work: string): string {
  const box = join(work, 'box');
  mkdirSync(box, { recursive: true });
  return box;
}
