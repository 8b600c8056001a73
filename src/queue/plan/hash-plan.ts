import { hashContent } from '../../system/content-hash.ts';

/** The hash that an approval is bound to: the SHA-256 of the JSON, in hex. The keys keep their order. */
export function hashPlan(value: object): string {
  return hashContent(JSON.stringify(value));
}
