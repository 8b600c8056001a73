import { createHash } from 'node:crypto';

/** The hash that an approval is bound to: the first 16 hex characters of the SHA-256 of the JSON. The keys keep their order. */
export function hashPlan(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
