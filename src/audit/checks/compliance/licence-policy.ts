import correctLicence from 'spdx-correct';
import parseExpression, { type Info } from 'spdx-expression-parse';

/** Ordered from the least to the most restrictive; an expression with `AND` has the class of its strictest part. */
export const BONDS = ['permissive', 'weak', 'strong', 'restricted', 'unknown'] as const;
export type Bond = (typeof BONDS)[number];

const STRONG = /^(?:A?GPL-|EUPL-|OSL-|CPAL-|RPL-|CECILL-\d|QPL-|Sleepycat)/;
const WEAK = /^(?:LGPL-|MPL-|EPL-|CDDL-|CPL-|IPL-|MS-RL|CECILL-C|APSL-|OFL-NEVER)/;
const RESTRICTED =
  /^(?:BUSL-|SSPL-|Elastic-|CC-BY(?:-[A-Z]+)*-(?:NC|ND)|PolyForm-|JSON$|Parity-|Prosperity-)/;

/** Returns how much a licence restricts the distributor of a package; `unknown` if the text is not an SPDX expression. */
export function classifyLicence(expression: string): Bond {
  const parsed = parseLicence(expression);
  return parsed ? classifyInfo(parsed) : 'unknown';
}

// Also parses near misses such as `Apache 2` and `GPLv3`.
function parseLicence(expression: string): Info | undefined {
  // spdx-correct throws on an empty text.
  if (expression.trim() === '') return undefined;
  for (const candidate of [expression, correctLicence(expression, { upgrade: false })]) {
    if (!candidate) continue;
    try {
      return parseExpression(candidate);
    } catch {
      // The text is not an expression; the corrected text is tried next.
    }
  }
  return undefined;
}

/** Returns whether a text is a valid SPDX expression. */
export function isSpdx(expression: string): boolean {
  try {
    parseExpression(expression);
    return true;
  } catch {
    // The parser throws on an invalid expression.
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
  // The usual exceptions (Classpath, linking, GCC) permit linking under other licences.
  if (STRONG.test(id)) return exception ? 'weak' : 'strong';
  if (WEAK.test(id)) return 'weak';
  return id.startsWith('LicenseRef-') ? 'unknown' : 'permissive';
}

/** Returns a licence id without `-only`, `-or-later` and `+`, because these have the same text. */
export function licenceFamily(id: string): string {
  return id.replace(/-(?:only|or-later)$|\+$/, '');
}
