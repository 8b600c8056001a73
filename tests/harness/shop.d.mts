/** Texts by path, relative to the worktree of whoever writes them. */
export type Files = Record<string, string>;

export const NEEDS: Record<string, string[]>;
export const MODULES: string[];
export function contractFiles(how?: {
  modules?: readonly string[];
  hasCircle?: boolean;
  decision?: string | undefined;
}): Files;
export function trainingFiles(
  now: Date,
  how?: { count?: number | undefined; modules?: readonly string[] },
): Files;
export function scaffoldFiles(modules?: readonly string[]): Files;
export function moduleFiles(
  name: string,
  how?: { word?: string; wrong?: string; modules?: readonly string[] },
): Files;
export function brain(state: string): string;
export function curatedFiles(
  now: Date,
  first: number,
  how?: { pairs?: number; quality?: number; module?: string },
): Files;
export function leakedToken(): string;
export function shippedFiles(changelog?: string): Files;
export function qcBody(name: string, verdict: 'PASS' | 'FAIL-MAJOR' | 'FAIL-CRITICAL'): string;
export function lookedBody(finding?: string): string;
export function report(id: string, body: string): string;
