import { chosenVersion, installClient } from '../client/harness/binary.ts';

/** Installs the client that attacks run in. */
export default function setup(): void {
  installClient(chosenVersion());
}
