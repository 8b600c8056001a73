import { resolve } from 'node:path';

/** The user's state in tests, with the key of approvals: shared by the sources in a test's process and the `sao` that is built for tests. */
export const STATE_FOLDER = resolve('node_modules/.cache/sao-state');

/** The variable that names the folder of the user's configuration in tests. */
export const CONFIG_VARIABLE = 'SAO_TEST_CONFIG';
