import * as z from 'zod';
import { accept } from '../system/result.ts';
import { COMPLETION_SHELLS, defineCommand } from './command.ts';
import { runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'completion',
  summary: 'Print a script that completes sao commands in a shell.',
  example: 'sao completion bash',
  arguments: [
    {
      name: '<shell>',
      description: `one of ${COMPLETION_SHELLS.join(', ')}`,
      choices: COMPLETION_SHELLS,
    },
  ],
  options: [],
  details: `Load the script in the current shell, or add the line to the shell's start file:
  bash  source <(sao completion bash)
  zsh   source <(sao completion zsh), after compinit
  fish  sao completion fish | source`,
  schema: z.object({ shell: z.enum(COMPLETION_SHELLS), ...runsDirOption }),
  async handler({ shell }, context) {
    return accept({ data: { shell, script: await context.writeCompletion(shell) } });
  },
  render: ({ script }) => script,
});
