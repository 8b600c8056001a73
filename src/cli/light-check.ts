import { resolve } from 'node:path';
import type { CheckReport } from '../audit/check/check.ts';
import { renderCheck } from '../audit/check/render-check.ts';
import { runCheck } from '../audit/run-check.io.ts';
import type { Diagnostic } from '../system/result.ts';
import { renderDiagnostic, renderEnvelope } from './envelope.ts';
import type { CheckCall } from './light-call.ts';
import { print } from './print.ts';

/**
 * Answers a plain `sao check` on stdout without the libraries that read options and call git: an audit starts one process per check. Returns
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
