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

const MENTION = /sao:\s*(\d{8}-\d{6}-[0-9a-f]{8})\s*\/\s*[a-z0-9][\w.-]*/gi;

/** The run whose agent a prompt names in any form: with other words around it, in capitals, in wide letters or with invisible characters. */
export function runInPrompt(prompt: string): string | undefined {
  const [mention] = plainForm(prompt).matchAll(MENTION);
  return mention?.[1]?.toLowerCase();
}

const plainForm = (text: string): string => text.normalize('NFKC').replace(/[\p{Cf}\p{DI}]/gu, '');

/** A prompt with fewer words beside the name of an agent says no more than to do that agent's work. */
const MIN_QUOTING_WORDS = 6;

/** The name in quotes. */
const QUOTED = new RegExp(`(["'\`“”„«»‘’])\\s*${MENTION.source}\\s*["'\`“”„«»‘’]`, 'gi');
/** Words with which a prompt of few words may ask for the agent's work. */
const WORK =
  /(?<![\p{L}\p{N}])(?:do|doing|run|start|begin|launch|dispatch|spawn|execute|exec|perform|follow|work|act|become|be|carry|continue|resume|proceed|finish|complete|go|play|use|take|handle|implement|call|fetch|obey|you|your|now|please|mach\p{L}*|tu|führe|starte|bearbeite|erledige|übernimm)(?![\p{L}\p{N}])/iu;

/** Whether a short prompt quotes the name between other words, none of which asks for work: `What does "sao:RUN/a1" mean?`. */
function asksAboutName(text: string): boolean {
  const [before = '', ...rest] = text.replace(QUOTED, '\0').split('\0');
  const after = rest.join(' ');
  return (
    rest.length > 0 && countWords(before) > 0 && countWords(after) > 0 && !WORK.test(`${before} ${after}`)
  );
}

/**
 * Whether a prompt only speaks of a run's agent, as in a task to explain what that agent wrote. It does not if it begins with the agent's name, gives the
 * name as its last line or after a colon at its end, says little else (a short question about the quoted name is enough), or starts the agent. Pure.
 */
export function onlyQuotesReference(prompt: string): boolean {
  // Markup around the name is no word.
  const text = plainForm(prompt).replace(/<[^<>]*>/g, ' ');
  if (/--start\b/.test(text)) return false;
  const parts = text.split(new RegExp(MENTION.source.replace('(', '(?:'), 'gi'));
  const [before = '', after = ''] = [parts.at(0), parts.at(-1)];
  const isHandedOver = countWords(after) === 0 && /[:\n][^\p{L}\p{N}]*$/u.test(parts.at(-2) ?? '');
  if (asksAboutName(text)) return true;
  return countWords(before) > 0 && !isHandedOver && countWords(parts.join(' ')) >= MIN_QUOTING_WORDS;
}

const countWords = (text: string): number => text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
