import { isSupportedNode } from '../../system/node-version.ts';
import { answerHook, refuseUnchecked } from './main.ts';
import { runHook } from './run-hook.ts';

/** The exit code of a call that was checked. `hooks/sao-hook` refuses a call whose check ended with any other code or by a signal. */
const CHECKED = 42;

// An older Node leaves the input to the next one that the script finds.
if (isSupportedNode(process.versions.node)) void runHook(answerHook, refuseUnchecked, CHECKED);
else process.exitCode = 1;
