import { isRecord, type Json, parseJson } from '../manifests/json.ts';

export { isRecord, type Json, parseJson };

/** The member of an object, or undefined. */
export function memberOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The text of a member that is a string and not empty. */
export function textAt(value: unknown, key: string): string | undefined {
  const member = memberOf(value, key);
  return typeof member === 'string' && member !== '' ? member : undefined;
}

/** The whole number of a member, or undefined. */
export function numberOf(value: unknown, key: string): number | undefined {
  const member = memberOf(value, key);
  return typeof member === 'number' && Number.isInteger(member) ? member : undefined;
}

/** The objects in a member that is a list. */
export function recordsOf(value: unknown, key: string): Json[] {
  const member = memberOf(value, key);
  return Array.isArray(member) ? member.filter(isRecord) : [];
}
