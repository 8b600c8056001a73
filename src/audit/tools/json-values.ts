import { isRecord, type Json } from '../manifests/json.ts';

/** The member of an object, or undefined. */
export function memberAt(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The text of a member that is a string and not empty. */
export function textAt(value: unknown, key: string): string | undefined {
  const member = memberAt(value, key);
  return typeof member === 'string' && member !== '' ? member : undefined;
}

/** The whole number of a member, or undefined. */
export function numberAt(value: unknown, key: string): number | undefined {
  const member = memberAt(value, key);
  return typeof member === 'number' && Number.isInteger(member) ? member : undefined;
}

/** The objects in a member that is a list. */
export function recordsAt(value: unknown, key: string): Json[] {
  const member = memberAt(value, key);
  return Array.isArray(member) ? member.filter(isRecord) : [];
}
