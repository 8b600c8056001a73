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

async function attempt({ id, model }, prompt, title) {
  try {
    return await agent(prompt, { label: `sao:${RUN}/${id}`, phase: title, model });
  } catch {
    return null;
  }
}

const failed = new Set();

// A prompt that must name gaps, or the fault of an earlier attempt, is fetched by the agent itself.
async function work(one, title) {
  const isWhole = one.prompt !== undefined && !one.inputs.some((id) => failed.has(id));
  const first = await attempt(one, isWhole ? unpack(one.prompt) : late(one.id), title);
  const isGood = (answer) => answer !== null && (one.summary || isDone(answer));
  if (isGood(first)) return first;
  const last = one.attempts > 1 ? await attempt(one, late(one.id), title) : first;
  if (!isGood(last)) failed.add(one.id);
  return last;
}

const summaries = [];
for (const { title, agents } of WAVES) {
  phase(title);
  const answers = await parallel(agents.map((one) => () => work(one, title)));
  agents.forEach((one, index) => {
    if (one.summary && typeof answers[index] === 'string') summaries.push(`${one.id}: ${answers[index]}`);
  });
}
return summaries.join('\n\n');
