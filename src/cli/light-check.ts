import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { CheckReport } from '../audit/check/check.ts';
import { renderCheck } from '../audit/check/render-check.ts';
import { runCheck } from '../audit/run-check.io.ts';
import { cleanCheckFinding, cleanSuppressed } from '../findings/read-findings.ts';
import type { CheckReply, CheckRequest } from '../headless/check-protocol.ts';
import type { SourceTree } from '../source/source-tree.ts';
import { readTree } from '../source/tree.io.ts';
import type { Diagnostic, Result } from '../system/result.ts';
import { exitCodeOf, renderDiagnostic, renderEnvelope } from './envelope.ts';
import type { CheckCall } from './light-call.ts';
import { print } from './print.ts';

/** Answers the checks that a runner sends on standard input, one after the other, until it ends. */
export async function serveChecks(): Promise<void> {
  const shared: SharedTree = { key: '' };
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as CheckRequest;
    const startedAt = performance.now();
    const printed = await answerRequest(request, shared);
    const durationMs = performance.now() - startedAt;
    const reply: CheckReply = { number: request.number, ...printed, durationMs };
    print(`${JSON.stringify(reply)}\n`);
  }
}

/** The last tree that was read, with what it may be used for. */
interface SharedTree {
  key: string;
  tree?: Promise<Result<SourceTree>>;
}

/** What `sao check` prints of this request. */
async function answerRequest(
  { id, path, version }: CheckRequest,
  shared: SharedTree,
): Promise<Omit<CheckReply, 'number' | 'durationMs'>> {
  const key = `${version} ${path}`;
  if (shared.key !== key) Object.assign(shared, { key, tree: readTree(path) });
  const read = () => shared.tree ?? readTree(path);
  try {
    const report = await runCheck(id, path, read);
    const stderr = report.diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, false)).join('');
    if (!report.ok) return { exitCode: exitCodeOf(report), stdout: '', stderr };
    const findings = report.value.findings.map(cleanCheckFinding);
    const suppressed = (report.value.suppressed ?? []).map(cleanSuppressed);
    return { exitCode: 0, stdout: `${renderCheck(report.value)}\n`, stderr, findings, suppressed };
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error);
    return { exitCode: 3, stdout: '', stderr: `Error: an internal fault in the check ${id}\n${stack}\n` };
  }
}

/**
 * Answers a plain `sao check` on stdout without the libraries that read options and call git. Returns
 * the exit code, or undefined if the full command must describe what is wrong.
 */
export async function answerCheck(call: CheckCall): Promise<0 | undefined> {
  try {
    const report = await runCheck(call.id, resolve(process.cwd(), call.path));
    if (!report.ok) return undefined;
    printReport(report.value, report.diagnostics, call.isJson);
    return 0;
  } catch {
    return undefined;
  }
}

function printReport(data: CheckReport, diagnostics: readonly Diagnostic[], isJson: boolean): void {
  for (const diagnostic of isJson ? [] : diagnostics) {
    const isColoured = process.stderr.isTTY === true && !process.env.NO_COLOR;
    process.stderr.write(renderDiagnostic(diagnostic, isColoured));
  }
  const text = `${renderCheck(data)}\n`;
  print(isJson ? renderEnvelope({ ok: true, data, diagnostics: [...diagnostics] }) : text);
}
