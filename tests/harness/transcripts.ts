/** Lines of a client's transcript, as Claude Code 2.1 writes them. */

interface AgentCallOptions {
  message: string;
  prompt?: string;
  background?: boolean;
  name?: string;
}

export const typedLine = (text: string) =>
  `${JSON.stringify({ type: 'user', message: { role: 'user', content: text }, uuid: 'u' })}\n`;

export const agentLine = (
  id: string,
  { message, prompt = 'Look', background = false, name = 'Agent' }: AgentCallOptions,
) =>
  `${JSON.stringify({
    parentUuid: 'p',
    isSidechain: false,
    message: {
      id: message,
      type: 'message',
      role: 'assistant',
      content: [
        { type: 'tool_use', id, name, input: { description: 'd', prompt, run_in_background: background } },
      ],
      stop_reason: 'tool_use',
    },
    type: 'assistant',
  })}\n`;

export const resultLine = (id: string, text: string, isError = false) =>
  `${JSON.stringify({
    type: 'user',
    message: {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id, content: text, is_error: isError }],
    },
  })}\n`;

export const toolLine = (id: string, name: string, input: object) =>
  `${JSON.stringify({
    type: 'assistant',
    message: { id: `m-${id}`, role: 'assistant', content: [{ type: 'tool_use', id, name, input }] },
  })}\n`;

/** The result of a tool call that was not carried out, as since 2.1.329. */
export const deniedLine = (id: string, text: string, toolDenialKind: string) =>
  `${JSON.stringify({ ...JSON.parse(resultLine(id, text, true)), toolDenialKind })}\n`;
