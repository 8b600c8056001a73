/** A merge that is in the integration worktree and not yet verified. Object ids. */
export interface Trial {
  before: string;
  commit: string;
}

export function isTrial(value: unknown): value is Trial {
  const { before, commit } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof before === 'string' && typeof commit === 'string';
}
