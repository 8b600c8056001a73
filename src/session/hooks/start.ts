import { isSupportedNode } from '../../system/node-version.ts';
import { answerHook, refuseUnchecked } from './main.ts';
import { runHook } from './run-hook.ts';

// An older Node leaves the input to the next one that the script finds.
if (isSupportedNode(process.versions.node)) void runHook(answerHook, refuseUnchecked);
else process.exitCode = 1;
