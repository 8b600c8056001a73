import * as z from 'zod';
import { accept } from '../system/result.ts';
import { COMPLETION_SHELLS, defineCommand } from './command.ts';
import { runsDirOption } from './options.ts';

export const command = defineCommand({
  name: 'completion',
  example: 'sao completion bash',
  arguments: [
    {
      name: '<shell>',
      description: `one of ${COMPLETION_SHELLS.join(', ')}`,
      choices: COMPLETION_SHELLS,
    },
  ],
  options: [],
  details: `Run this line to load the script, or add it to the shell's start file:
  bash  source <(sao completion bash)
  zsh   source <(sao completion zsh), after compinit
  fish  sao completion fish | source`,
  schema: z.object({ shell: z.enum(COMPLETION_SHELLS), ...runsDirOption }),
  async handler({ shell }, context) {
    return accept({ data: { shell, script: await context.writeCompletion(shell) } });
  },
  render: ({ script }) => script,
});
