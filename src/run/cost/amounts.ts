export function formatUsd(usd: number | null): string {
  return usd === null ? 'not known' : `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}
export function formatTokens(tokens: number | null): string {
  return tokens === null ? 'not known' : String(tokens).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/**
 * The cost of a build's agents and, of that, of its audits and of what the client did not report (USD): `$10.57, of which $7.87 for audits, of it $1.50
 * assumed`.
 */
export function formatBuildCost(costUsd: number, auditUsd: number, assumedUsd = 0): string {
  return `$${costUsd.toFixed(2)}${auditUsd > 0 ? `, of which $${auditUsd.toFixed(2)} for audits` : ''}${formatAssumed(assumedUsd)}`;
}

/** The part of a sum that is assumed (USD), because the client reported no usable cost; empty if there is none. */
export function formatAssumed(assumedUsd: number): string {
  return assumedUsd > 0 ? `, of it $${assumedUsd.toFixed(2)} assumed` : '';
}

/** The part of a run's cost that is assumed, in USD. */
export function sumAssumedUsd(agents: ReadonlyMap<string, { assumedUsd: number }>): number {
  return [...agents.values()].reduce((sum, { assumedUsd }) => sum + assumedUsd, 0);
}
