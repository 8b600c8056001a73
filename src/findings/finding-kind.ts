import type { Finding } from './finding.ts';
import { readRuleSource } from './tool-names.ts';

/** Kinds of faults, each with the weaknesses (CWE numbers) and the rules of programs that report it. */
const KINDS: Record<string, { cwe: readonly number[]; rules: RegExp }> = {
  command: {
    cwe: [77, 78, 88],
    rules:
      /^shell-injection$|^bandit\/B(?:60[2-7]|609)$|^ruff\/S(?:60[2-7]|609)$|^eslint\/security\/detect-child-process$|^brakeman\/BRAKE0014$|^gosec\/G204$/,
  },
  sql: {
    cwe: [89, 564, 943],
    rules: /^sql-injection$|^bandit\/B608$|^ruff\/S608$|^gosec\/G20[12]$|^brakeman\/BRAKE0000$/,
  },
  markup: {
    cwe: [79, 80, 83, 87, 116],
    rules:
      /^(?:raw-markup(?:-\w+)?|request-output)$|^bandit\/B(?:308|70[123])$|^ruff\/S(?:308|70[14])$|^eslint\/no-unsanitized\/\w+$|^gosec\/G203$/,
  },
  code: {
    cwe: [94, 95, 96, 1336],
    rules:
      /^(?:eval-call|request-include|request-template)$|^bandit\/B(?:102|307)$|^ruff\/S(?:102|307)$|^eslint\/(?:no-eval|no-implied-eval|no-new-func|security\/detect-eval-with-expression)$/,
  },
  path: {
    cwe: [22, 23, 36, 73],
    rules:
      /^request-path$|^bandit\/B202$|^ruff\/S202$|^eslint\/security\/detect-non-literal-fs-filename$|^gosec\/G30[45]$/,
  },
  deserialization: {
    cwe: [502],
    rules: /^unsafe-deserialization$|^bandit\/B(?:30[126]|506)$|^ruff\/S(?:30[126]|506)$/,
  },
  crypto: {
    cwe: [326, 327, 328, 759, 760, 916],
    rules:
      /^(?:weak-password-hash|weak-cipher)$|^bandit\/B(?:30[345]|324)$|^ruff\/S(?:30[345]|324)$|^gosec\/G(?:40[15]|50[1-7])$/,
  },
  random: {
    cwe: [330, 331, 335, 338],
    rules:
      /^guessable-secret$|^bandit\/B311$|^ruff\/S311$|^eslint\/security\/detect-pseudoRandomBytes$|^gosec\/G404$/,
  },
  certificate: {
    cwe: [295, 296, 297],
    rules: /^tls-disabled$|^bandit\/B(?:323|501|50[2-4])$|^ruff\/S(?:323|501|50[2-4])$|^gosec\/G402$/,
  },
  secret: {
    cwe: [259, 321, 522, 540, 798],
    rules: /^secret-|^(?:gitleaks|secretlint)\/|^bandit\/B10[567]$|^ruff\/S10[567]$|^gosec\/G101$/,
  },
  'swallowed-error': {
    cwe: [390, 391, 703],
    rules:
      /^(?:empty-(?:catch(?:-all)?|rejection|error-branch)|bare-except|suppressed-error|ignored-error|rescue-nil)$|^bandit\/B11[02]$|^ruff\/S11[02]$|^gosec\/G104$|^eslint\/no-empty$/,
  },
  'temporary-file': {
    cwe: [377, 378, 379],
    rules: /^predictable-temp$|^bandit\/B(?:108|306)$|^ruff\/S(?:108|306)$|^gosec\/G303$/,
  },
  xml: {
    cwe: [91, 611, 776],
    rules: /^(?:xml-entities|xxe)$|^bandit\/B(?:31[3-9]|320|405)$|^ruff\/S31[3-9]$/,
  },
  request: { cwe: [918], rules: /^request-forgery$|^bandit\/B310$|^ruff\/S310$|^gosec\/G107$/ },
  redirect: { cwe: [601], rules: /^request-redirect$/ },
  permission: {
    cwe: [276, 732],
    rules: /^(?:world-writable|open-permissions)$|^bandit\/B103$|^ruff\/S103$|^gosec\/G30[1267]$/,
  },
  'every-interface': { cwe: [605], rules: /^bandit\/B104$|^ruff\/S104$|^gosec\/G102$/ },
  'debug-mode': {
    cwe: [489],
    rules: /^(?:debug-server|debugger)$|^bandit\/B201$|^ruff\/S201$|^eslint\/no-debugger$/,
  },
  buffer: { cwe: [119, 120, 121, 122, 134, 676, 787], rules: /^(?:unbounded-copy|format-string)$/ },
  'unpinned-action': { cwe: [], rules: /^unpinned-action$|^zizmor\/unpinned-uses$/ },
  'workflow-injection': {
    cwe: [],
    rules: /^workflow-injection$|^zizmor\/template-injection$|^actionlint\/expression$/,
  },
  'workflow-permission': { cwe: [250], rules: /^write-all$|^zizmor\/excessive-permissions$/ },
  'image-version': { cwe: [], rules: /^unpinned-image$|^hadolint\/DL300[67]$/ },

  'image-user': { cwe: [], rules: /^root-container$|^hadolint\/DL3002$|^trivy\/(?:AVD-)?DS-?0*2$/ },
};

const BY_CWE = new Map(
  Object.entries(KINDS).flatMap(([kind, { cwe }]) => cwe.map((number) => [number, kind] as const)),
);

const ADVISORY =
  /\b(?:GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|CVE-\d{4}-\d{4,7}|(?:PYSEC|RUSTSEC|GO)-\d{4}-\d{1,5})\b/;

/**
 * Returns the kind of fault of a program's finding, so that findings of several programs can be compared; undefined if it is unknown. A
 * published vulnerability is a kind of its own, named by its number.
 */
export function kindOf({
  rule,
  title,
  detail = '',
}: Pick<Finding, 'rule' | 'title' | 'detail'>): string | undefined {
  if (rule === undefined) return undefined;
  const { tool } = readRuleSource(rule);
  if (rule === 'advisory' || tool === 'osv-scanner' || tool === 'trivy') {
    const advisory = ADVISORY.exec(`${rule} ${title} ${detail}`)?.[0];
    if (advisory !== undefined) return `advisory ${advisory}`;
  }
  const named = Object.entries(KINDS).find(([, { rules }]) => rules.test(rule));
  return (
    named?.[0] ??
    readCwe(detail)
      .map((number) => BY_CWE.get(number))
      .find((kind) => kind !== undefined)
  );
}

/** Returns the CWE numbers that a detail names: `(CWE-78)`. */
export function readCwe(detail: string): number[] {
  return [...detail.matchAll(/\bCWE-(\d{1,4})\b/g)].map(([, number]) => Number(number));
}
