export const meta = __META__;

// Compiled by `sao workflow`. The hooks check every file; what is missing afterwards, `sao next` compiles again.
const RUN = __RUN__;
// The lines of all prompts, each once; a prompt names its lines by number.
const LINES = __LINES__;
const WAVES = __WAVES__;

const unpack = (code) =>
  code
    .split(',')
    .flatMap((range) => {
      const [from, to = from] = range.split('-').map(Number);
      return LINES.slice(from, to + 1);
    })
    .join('\n');

const late = (id) => `Run \`sao prompt ${RUN} ${id} --start\` and follow what it prints.`;
const isDone = (answer) => typeof answer === 'string' && /^\s*Done\b/.test(answer);
const OUT_OF_TIME = Symbol('out of time');
// The client tries a refused call again by itself; an agent that dies all the same has used up no attempt.
const MOST_DEATHS = 4;
// One that never ends keeps its place at work until the script ends, and the client may have no more places than these.
const MOST_HELD = 2;
const MOST_CHARACTERS = 2400;

/** The agent's answer; null when it died; OUT_OF_TIME when it never ends, and is left behind. */
async function ask({ id, model, ms }, prompt, title) {
  let timer;
  const end = new Promise((resolve) => {
    timer = setTimeout(() => resolve(OUT_OF_TIME), ms);
  });
  try {
    return await Promise.race([agent(prompt, { label: `sao:${RUN}/${id}`, phase: title, model }), end]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

const failed = new Set();
let held = 0;

// A prompt that must name gaps, or the fault of an earlier attempt, is fetched by the agent itself.
async function work(one, title) {
  let prompt = one.prompt !== undefined && !one.inputs.some((id) => failed.has(id)) ? unpack(one.prompt) : late(one.id);
  let [attempts, deaths] = [0, 0];
  while (attempts < one.attempts && deaths <= MOST_DEATHS && held < MOST_HELD) {
    const answer = await ask(one, prompt, title);
    if (typeof answer === 'string' && (one.summary ? answer !== '' : isDone(answer))) return answer;
    if (answer === OUT_OF_TIME) held += 1;
    if (answer === null) deaths += 1;
    else attempts += 1;
    prompt = late(one.id);
  }
  failed.add(one.id);
}

const clip = (id, text) =>
  text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)} … (cut; all of it is in the file of ${id})` : text;

const summaries = [];
for (const { title, agents } of WAVES) {
  phase(title);
  const answers = await parallel(agents.map((one) => () => work(one, title)));
  agents.forEach((one, index) => {
    if (one.summary && typeof answers[index] === 'string') summaries.push(`${one.id}: ${clip(one.id, answers[index])}`);
  });
  if (held >= MOST_HELD) break;
}
return summaries.join('\n\n');
