/** One message of a command, to humans and programs. */
export interface Diagnostic {
  severity: 'error' | 'warning' | 'info';
  /** Stable, kebab-case, e.g. `plan-cycle`. */
  code: string;
  message: string;
  /** Where the problem is: a file, JSON path, agent id or option. */
  target?: string;
  /** What to do about it: a command that can be pasted, if there is one. */
  fix?: string;
}

/** The outcome of an operation. Expected failures are values: `input` leads to exit code 2, `environment` to 3. */
export type Result<T> =
  | { ok: true; value: T; diagnostics: Diagnostic[] }
  | { ok: false; cause: 'input' | 'environment'; diagnostics: Diagnostic[] };

export type Failure = Extract<Result<never>, { ok: false }>;

/** An error without its severity: what `reject` and `fault` take. */
export type Problem = Omit<Diagnostic, 'severity'>;

/** A failure caused by wrong input from the human or model; exit code 2. */
export function reject(...problems: Problem[]): Failure {
  return { ok: false, cause: 'input', diagnostics: problems.map((p) => ({ severity: 'error', ...p })) };
}

/** A failure caused by the machine, the file system or another program; exit code 3. */
export function fault(...problems: Problem[]): Failure {
  return { ok: false, cause: 'environment', diagnostics: problems.map((p) => ({ severity: 'error', ...p })) };
}

/** A success with its value. */
export function accept<T>(value: T, diagnostics: Diagnostic[] = []): Result<T> {
  return { ok: true, value, diagnostics };
}

/** A warning for the diagnostics of a success. */
export function warn(
  code: string,
  message: string,
  more: { target?: string; fix?: string } = {},
): Diagnostic {
  return { severity: 'warning', code, message, ...more };
}

/** Carries a failure as an exception, out of nested effects. The CLI reports its failure. */
export class ExpectedError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.diagnostics.map((d) => d.message).join('; '), options);
    this.failure = failure;
  }
}

/** Returns the value of a result, or throws its failure as an ExpectedError. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ExpectedError(result);
}
/** Runs `work` and returns its value, or the failure of a thrown ExpectedError. */

export async function catchExpectedError<T>(work: () => Promise<T>): Promise<Result<T>> {
  try {
    return { ok: true, value: await work(), diagnostics: [] };
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
}

/** `$.domains[0].workers[2].model` */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    '$',
  );
}
