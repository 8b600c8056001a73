/** Whether a version of Node, for example `20.12.0`, can run the engine. */
export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 12);
}
