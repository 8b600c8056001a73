import correctLicence from 'spdx-correct';
import parseExpression, { type Info } from 'spdx-expression-parse';

/** From the freest; an expression with `AND` is as bound as its strictest part. */
export const BONDS = ['permissive', 'weak', 'strong', 'restricted', 'unknown'] as const;
export type Bond = (typeof BONDS)[number];

const STRONG = /^(?:A?GPL-|EUPL-|OSL-|CPAL-|RPL-|CECILL-\d|QPL-|Sleepycat)/;
const WEAK = /^(?:LGPL-|MPL-|EPL-|CDDL-|CPL-|IPL-|MS-RL|CECILL-C|APSL-|OFL-NEVER)/;
const RESTRICTED =
  /^(?:BUSL-|SSPL-|Elastic-|CC-BY(?:-[A-Z]+)*-(?:NC|ND)|PolyForm-|JSON$|Parity-|Prosperity-)/;

/** How much an SPDX expression binds whoever ships the package. */
export function classifyLicence(expression: string): Bond {
  const parsed = parseLicence(expression);
  return parsed ? classifyInfo(parsed) : 'unknown';
}

/** Parsed, where it is an expression or nearly one (`Apache 2`, `GPLv3`). */
function parseLicence(expression: string): Info | undefined {
  // The corrector throws on nothing.
  if (expression.trim() === '') return undefined;
  for (const candidate of [expression, correctLicence(expression, { upgrade: false })]) {
    if (!candidate) continue;
    try {
      return parseExpression(candidate);
    } catch {
      // Not an expression: the corrected one is tried next, then it is unknown.
    }
  }
  return undefined;
}

export function isSpdx(expression: string): boolean {
  try {
    parseExpression(expression);
    return true;
  } catch {
    // Its only way to say no.
    return false;
  }
}

function classifyInfo(info: Info): Bond {
  if ('license' in info) return classifyId(info.license, info.exception);
  const [left, right] = [classifyInfo(info.left), classifyInfo(info.right)];
  const order = [left, right].sort((a, b) => BONDS.indexOf(a) - BONDS.indexOf(b));
  return (info.conjunction === 'or' ? order[0] : order[1]) ?? 'unknown';
}

function classifyId(id: string, exception: string | undefined): Bond {
  if (RESTRICTED.test(id)) return 'restricted';
  // The usual exceptions (Classpath, linking, GCC) lift what makes GPL strong.
  if (STRONG.test(id)) return exception ? 'weak' : 'strong';
  if (WEAK.test(id)) return 'weak';
  return id.startsWith('LicenseRef-') ? 'unknown' : 'permissive';
}

/** `GPL-3.0-or-later` and `GPL-3.0` are one text. */
export function licenceFamily(id: string): string {
  return id.replace(/-(?:only|or-later)$|\+$/, '');
}
