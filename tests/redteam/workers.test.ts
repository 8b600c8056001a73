import { WORKERS } from './rows.ts';
import { testRows } from './rows-test.ts';

testRows(WORKERS);
