/** The prompt of an Agent call. A hook replaces it by the first line's agent; without hooks, the second line makes the agent fetch its prompt. */
export function dispatchPrompt(run: string, id: string): string {
  return `sao:${run}/${id}\nRun \`sao prompt ${run} ${id} --start\` and follow it.`;
}

// Only ids as a run has: the fan-out guard does not count such a prompt. A model may copy the line end as a backslash and an n.
const REFERENCE = /^\s*sao:(\d{8}-\d{6}-[0-9a-f]{8})\/([^\s/\\]+)\s*(?:\n|\\n|$)/;

/** Parses the run and agent that a dispatch prompt names; undefined if it names none. */
export function parseReference(prompt: string): { run: string; id: string } | undefined {
  const match = REFERENCE.exec(prompt);
  return match?.[1] && match[2] ? { run: match[1], id: match[2] } : undefined;
}

// The fan-out guard lets such a prompt pass without a look at its run: the hook must refuse what is none.
const RUN_PROMPT = /^\s*sao:\d{8}-\d{6}-.{8}\//s;

/** Whether a prompt begins like a dispatch prompt, even if it is not one. */
export function looksLikeReference(prompt: string): boolean {
  return RUN_PROMPT.test(prompt);
}

const MENTION = /sao:\s*(\d{8}-\d{6}-[0-9a-f]{8})\s*\/\s*[a-z0-9]/i;

/** The run whose agent a prompt names in any form: with other words around it, in capitals, in wide letters or with invisible characters. */
export function runInPrompt(prompt: string): string | undefined {
  return MENTION.exec(prompt.normalize('NFKC').replace(/[\p{Cf}\p{DI}]/gu, ''))?.[1]?.toLowerCase();
}
