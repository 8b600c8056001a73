import { runHook } from '../hooks/run-hook.ts';
import { guardFanOut } from './guard.io.ts';

void runHook(guardFanOut);
