export const meta = __META__;

// Compiled by `sao workflow`. The hooks check every file; `sao next` compiles a new script for the agents that are still missing.
const RUN = __RUN__;
const PROMPTS = __PROMPTS__;
// Each line of all prompts, stored once; a prompt lists its lines by number.
const LINES = __LINES__;
const WAVES = __WAVES__;

const unpackPrompt = (code) =>
  code
    .split(',')
    .flatMap((range) => {
      const [from, to = from] = range.split('-').map(Number);
      return LINES.slice(from, to + 1);
    })
    .join('\n');

// The hook on Read writes the prompt of this attempt, with the gaps and the fault of the earlier one.
const fetchPrompt = (id) => `Read \`${PROMPTS}/${id}.md\` and follow it.`;
// The file decides: the hooks let an agent end only with a valid file, or with a line that says it failed. Text around that line changes nothing.
const FAILURE_LINE = new RegExp(__FAILURE__, 'm');
const OUT_OF_TIME = Symbol('out of time');
// The client retries a refused call itself; if the agent ends without an answer all the same, its attempt does not count.
const MAX_DEATHS = 4;
// The service refuses everyone, perhaps for hours, which `sao next` knows: the script ends instead of trying each agent.
const MAX_DEATHS_IN_A_ROW = 3;
// An agent that never ends occupies a slot until the script ends, and the client may have only this many slots.
const MAX_OCCUPIED_SLOTS = 2;
const MAX_SUMMARY_CHARACTERS = 2400;

/** If the client does not know the plugin's agent definition, the agent has the client's general type. */
const startAgent = (prompt, options, type) =>
  type === undefined
    ? agent(prompt, options)
    : agent(prompt, { ...options, agentType: type }).catch((error) => {
        if (!/agent type/i.test(String(error?.message))) throw error;
        return agent(prompt, options);
      });

/** The agent's answer; null if it ended without an answer; OUT_OF_TIME if it is still running after its time limit. */
async function runAgent({ id, model, type, ms }, prompt, title) {
  let timer;
  const end = new Promise((resolve) => {
    timer = setTimeout(() => resolve(OUT_OF_TIME), ms);
  });
  try {
    return await Promise.race([startAgent(prompt, { label: `sao:${RUN}/${id}`, phase: title, model }, type), end]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

const failed = new Set();
let occupiedSlots = 0;
let deathsInARow = 0;
const isOver = () => occupiedSlots >= MAX_OCCUPIED_SLOTS || deathsInARow >= MAX_DEATHS_IN_A_ROW;

// If a prompt must name gaps or the fault of an earlier attempt, the agent fetches it itself.
async function runWithRetries(planned, title) {
  let prompt = planned.prompt !== undefined && !planned.inputs.some((id) => failed.has(id)) ? unpackPrompt(planned.prompt) : fetchPrompt(planned.id);
  let [attempts, deaths] = [0, 0];
  while (attempts < planned.attempts && deaths <= MAX_DEATHS && !isOver()) {
    const answer = await runAgent(planned, prompt, title);
    deathsInARow = answer === null ? deathsInARow + 1 : 0;
    // The hooks end an agent that is overdue without an answer.
    if (typeof answer === 'string' && answer !== '' && !FAILURE_LINE.test(answer)) return answer;
    if (answer === OUT_OF_TIME) occupiedSlots += 1;
    if (answer === null) deaths += 1;
    else attempts += 1;
    prompt = fetchPrompt(planned.id);
  }
  failed.add(planned.id);
}

const cutSummary = (id, text) =>
  text.length > MAX_SUMMARY_CHARACTERS ? `${text.slice(0, MAX_SUMMARY_CHARACTERS)} … (cut; the whole text is in the file of ${id})` : text;

const summaries = [];
for (const { title, agents } of WAVES) {
  phase(title);
  const answers = await parallel(agents.map((planned) => () => runWithRetries(planned, title)));
  agents.forEach((planned, index) => {
    if (planned.summary && typeof answers[index] === 'string') summaries.push(`${planned.id}: ${cutSummary(planned.id, answers[index])}`);
  });
  if (isOver()) break;
}
return summaries.join('\n\n');
