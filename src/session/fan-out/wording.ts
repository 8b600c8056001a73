export const fanOutText = {
  stop: (count: number, limit: number) =>
    `None of these ${count} agents was started: their answers would fill this conversation. Run them as one orchestration: follow the skill scaled-agent-orchestration:agents-at-scale, which plans them with \`sao init\` and \`sao plan\`. Up to ${limit - 1} Agent calls in a message are allowed.`,
  stopSibling: (count: number) => `Not started, like all ${count} calls of this message.`,
  ask: (count: number) =>
    `This message starts ${count} agents, whose answers would fill the conversation. Start them all the same? If not, \`/scaled-agent-orchestration\` runs them for about 3,400 tokens.`,
  cut: (characters: number, path: string) => `[cut: all ${characters} characters are in ${path}]`,
  shorten: (characters: number, path: string, maximum: number) =>
    `Your answer has ${characters} characters and is one of many. It is kept in ${path}. Answer again with at most ${maximum} characters: the main results, and this path. Do not use a tool.`,
};
