/** A process in the system's process table. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  /** The program's short name: on Linux at most 15 characters. */
  name: string;
  started: string;
  isZombie: boolean;
}
