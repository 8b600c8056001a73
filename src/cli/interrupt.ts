import { endRunningGroups } from '../system/process/group.ts';
import { renderDiagnostic, renderEnvelope } from './envelope.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Milliseconds from the first signal to the end of the process, during any wait. */
const DEFAULT_EXIT_MS = 1_700;
/** The part of that time after which git and other programs that do not watch for an interrupt are told to end. */
const PATIENCE = 0.6;

let isArmed = false;

/**
 * Calls `stop` on Ctrl-C or a termination signal. A step that does not end by then, such as a merge or a wait for a lock, is left as by a crash, which
 * every step survives: the same command repeats it. Returns a function that removes the listener.
 */
export function onInterrupt(isJson: boolean, stop: () => void): () => void {
  const hear = () => {
    arm(isJson);
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, hear);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hear);
  };
}

function arm(isJson: boolean): void {
  if (isArmed) return;
  isArmed = true;
  // For tests: `SAO_STOP_MS` replaces the time.
  const exitMs = Number(process.env.SAO_STOP_MS) || DEFAULT_EXIT_MS;
  setTimeout(() => endRunningGroups('SIGTERM'), exitMs * PATIENCE).unref();
  setTimeout(() => exit(isJson), exitMs).unref();
}

function exit(isJson: boolean): void {
  endRunningGroups('SIGKILL');
  const diagnostic = {
    severity: 'error' as const,
    code: 'interrupted',
    message: 'interrupted in the middle of a step',
    fix: 'run the same command again: it repeats the step',
  };
  if (isJson) process.stdout.write(renderEnvelope({ ok: false, diagnostics: [diagnostic] }));
  else process.stderr.write(renderDiagnostic(diagnostic, false));
  process.exit(130);
}
