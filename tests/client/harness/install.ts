import type { TestProject } from 'vitest/node';
import { chosenVersion, installClient } from './binary.ts';

/** Installs the version of the client that the tests of this project run. */
export default function setup({ config }: TestProject): void {
  installClient(config.env.SAO_CLIENT_VERSION ?? chosenVersion());
}
