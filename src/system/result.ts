/** What a command says about its work: the one shape of every message that reaches a person or a program. */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'info';
  /** Stable, kebab-case, e.g. `plan-cycle`. */
  code: string;
  message: string;
  /** A file, JSON path, agent id or option: where it is wrong. */
  target?: string;
  /** What to do about it; a command that can be pasted where there is one. */
  fix?: string;
}

/** An expected outcome is a value; only bugs throw. `input` ends in exit code 2, `environment` in 3. */
export type Result<T> =
  | { ok: true; value: T; diagnostics: Diagnostic[] }
  | { ok: false; cause: 'input' | 'environment'; diagnostics: Diagnostic[] };

export type Failure = Extract<Result<never>, { ok: false }>;

/** The person or model gave something wrong; exit code 2. */
export function reject(...problems: Omit<Diagnostic, 'severity'>[]): Failure {
  return { ok: false, cause: 'input', diagnostics: problems.map((p) => ({ severity: 'error', ...p })) };
}

/** The machine, the file system or another program let us down; exit code 3. */
export function fault(...problems: Omit<Diagnostic, 'severity'>[]): Failure {
  return { ok: false, cause: 'environment', diagnostics: problems.map((p) => ({ severity: 'error', ...p })) };
}

export function accept<T>(value: T, diagnostics: Diagnostic[] = []): Result<T> {
  return { ok: true, value, diagnostics };
}

export function warn(
  code: string,
  message: string,
  more: { target?: string; fix?: string } = {},
): Diagnostic {
  return { severity: 'warning', code, message, ...more };
}

/** Thrown where a value cannot be carried (deep in an effect); the CLI turns it into its failure. */
export class ExpectedError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.diagnostics.map((d) => d.message).join('; '), options);
    this.failure = failure;
  }
}

/** The value of a result, or its failure thrown to the nearest command boundary. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ExpectedError(result);
}
