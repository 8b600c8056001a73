import { SESSIONS } from './rows.ts';
import { testRows } from './rows-test.ts';

testRows(SESSIONS);
