import { isSupportedNode } from '../../system/node-version.ts';
import { runHook } from '../hooks/run-hook.ts';
import { guardFanOut } from './guard.io.ts';

// An older Node leaves the input to the next one that the script finds.
if (isSupportedNode(process.versions.node)) void runHook(guardFanOut);
else process.exitCode = 1;
