import { runHook } from './main.ts';

runHook();
