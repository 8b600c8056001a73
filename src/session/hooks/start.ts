import { runHook } from './main.ts';

void runHook();
