/** Tools of a worker that reads files by their names: the fewest that can read a project and write one file. */
export const READ_TOOLS = ['Read', 'Glob', 'Write'];
/** Tools of a worker that also searches through the contents of many files. */
export const SEARCH_TOOLS = ['Read', 'Grep', 'Glob', 'Write'];
/** Tools of a worker that runs commands or changes files. */
export const SHELL_TOOLS = ['Read', 'Grep', 'Glob', 'Write', 'Edit', 'Bash'];
/** Tools of a coordinator, whose prompt names the files that it reads. */
export const COORDINATOR_TOOLS = ['Read', 'Write'];

export interface ToolGrant {
  tools: string[];
  reason: string;
}

// A worker without a tool that it needs fails, while a superfluous tool costs some hundred tokens: if in doubt, these words match.
const RUNS =
  /\b(runs?|running|execut\w*|tests?|testing|tested|builds?|building|compil\w*|install\w*|deploy\w*|start (the|a|up)|launch\w*|benchmark\w*|profiling|measur\w*|lint\w*|type-?check\w*|reproduc\w*|debug\w*|bisect\w*|blame|commit\w*|branch(es)?|diffs?|histor(y|ies)|outdated|git|npm|npx|pnpm|yarn|bun|pip|pytest|python|cargo|go vet|makefiles?|docker\w*|kubectl|terraform|curl|wget|bash|shell|scripts?|commands?|cli|terminal)\b/i;
const CHANGES =
  /\b((implement|refactor|fix|patch|edit|modify|rename|add)(ing)?|rewrite|migrate|delete|remove|replace|update|create|generate|write (the |a |an |some )?(code|function|module|class|endpoint)s?)\b/i;
const SEARCHES =
  /\b(grep|search\w*|occurrences?|usages?|us(e|es) of|references?|call(s|ers?|sites?) (of|to)|callers?|every(where)?|anywhere|across|dead code|unused|duplicat\w*|TODOs?|FIXMEs?)\b/i;
/** In a task without a scope, these words mean a search. */
const LOOKS = /\b(find|locate|scan|detect|trace|where|which|identify|look for|collect|inventory)\b/i;
const READS =
  /\b(lists?|find|look|check|count|read|review\w*|audit\w*|analy[sz]\w*|assess\w*|evaluat\w*|compar\w*|inspect\w*|examin\w*|explain\w*|describe\w*|document\w*|summari[sz]\w*|outline|map|report|identify|verify|judge|rate|recommend\w*|suggest\w*|extract\w*|collect|enumerate|inventory|locate|scan|detect|trace|investigat\w*|diagnos\w*|study|survey|understand|what|why|how|where|which)\b/i;

interface Rule {
  tools: readonly string[];
  reason: string;
  words: RegExp;
  isUnscopedOnly?: true;
}

// The first match counts, so larger sets of tools come first.
const RULES: readonly Rule[] = [
  { tools: SHELL_TOOLS, reason: 'runs commands', words: RUNS },
  { tools: SHELL_TOOLS, reason: 'changes files', words: CHANGES },
  { tools: SEARCH_TOOLS, reason: 'searches', words: SEARCHES },
  { tools: SEARCH_TOOLS, reason: 'searches the whole project', words: LOOKS, isUnscopedOnly: true },
  { tools: READ_TOOLS, reason: 'reads', words: READS },
];

/**
 * Chooses the tools of a worker whose plan entry names none, and the reason: the fewest that its task needs by its words. A task of no
 * known words, such as one in another language, gets the most. Pure.
 */
export function grantTools(task: string, scope: string | null): ToolGrant {
  // A path in the task names no work: `src/test` asks for no test.
  const words = task.replace(/\S*\/\S*/g, ' ');
  const rule = RULES.find(
    ({ words: pattern, isUnscopedOnly }) => pattern.test(words) && !(isUnscopedOnly && scope !== null),
  );
  if (!rule) return { tools: [...SHELL_TOOLS], reason: 'no clear kind of work' };
  return { tools: [...rule.tools], reason: `${rule.reason} ("${rule.words.exec(words)?.[0]}")` };
}
