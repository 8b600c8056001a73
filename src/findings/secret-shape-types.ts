/** How the audit reports a shape; `hardcoded.ts` of the audit reports the shape without one, in quoted values only. */
export interface AuditReport {
  /** Id of the rule after `secret-`; programs read it. */
  rule: string;
  title: string;
  severity: 'critical' | 'major' | 'minor';
  /** `shape`: only this provider's secrets look so; `url`, `key`, `guess`: often invented in tests and examples. */
  certainty: 'shape' | 'url' | 'key' | 'guess';
}

/** One shape of secret and how it is recognized in a text. */
export interface SecretShape {
  /** Printed by redaction: `[redacted:kind]`. */
  kind: string;
  /**
   * Global and with indices. The secret is the group `secret`, `double`, `single` or `bare`, or else the whole match.
   * The pattern starts at something rare, or is bounded, so that hostile text is read in linear time.
   */
  pattern: RegExp;
  /** A text without one of these has no such secret; in lower case if `pattern` ignores the case. Saves most of the time. */
  hints?: readonly string[];
  isSecret: (secret: string, groups: Record<string, string | undefined>) => boolean;
  audit?: AuditReport;
}

/** A secret in a text: offsets in UTF-16 code units, `end` is exclusive. */
export interface SecretSpan {
  start: number;
  end: number;
}
