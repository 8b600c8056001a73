import { TESTS } from './rows.ts';
import { testRows } from './rows-test.ts';

testRows(TESTS);
