import { readFileSync } from 'node:fs';

/** Tokens that an agent used, read from the client's transcript of the agent. */
export interface Spent {
  inputTokens: number;
  outputTokens: number;
}

interface Line {
  message?: {
    id?: string;
    usage?: Partial<
      Record<
        'input_tokens' | 'cache_creation_input_tokens' | 'cache_read_input_tokens' | 'output_tokens',
        number
      >
    >;
  };
}

/** Returns undefined, not 0, if there is no transcript or it has no figures. */
export function readSpent(transcript: string | undefined): Spent | undefined {
  if (transcript === undefined) return undefined;
  try {
    return sumUsage(readFileSync(transcript, 'utf8').split('\n').filter(hasUsage).map(parse));
  } catch {
    return undefined;
  }
}

function hasUsage(line: string): boolean {
  return line.includes('"usage"');
}

function parse(line: string): Line {
  return JSON.parse(line) as Line;
}

// Count each answer once: an answer has several lines with the same figures.
function sumUsage(lines: readonly Line[]): Spent | undefined {
  const byMessage = new Map(
    lines.map(({ message }, index) => [message?.id ?? String(index), message?.usage]),
  );
  const spent: Spent = { inputTokens: 0, outputTokens: 0 };
  for (const usage of byMessage.values()) {
    spent.inputTokens +=
      (usage?.input_tokens ?? 0) +
      (usage?.cache_creation_input_tokens ?? 0) +
      (usage?.cache_read_input_tokens ?? 0);
    spent.outputTokens += usage?.output_tokens ?? 0;
  }
  return spent.inputTokens + spent.outputTokens > 0 ? spent : undefined;
}
