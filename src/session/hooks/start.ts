import { answerHook, refuseUnchecked } from './main.ts';
import { runHook } from './run-hook.ts';

void runHook(answerHook, refuseUnchecked);
