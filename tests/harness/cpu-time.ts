/** Milliseconds of CPU time that this process uses for `work`. Unlike wall time it hardly depends on what else the machine runs. */
export function measureCpuMs(work: () => unknown): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}
