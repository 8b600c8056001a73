export function formatUsd(usd: number | null): string {
  return usd === null ? 'not known' : `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}
export function formatTokens(tokens: number | null): string {
  return tokens === null ? 'not known' : String(tokens).replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The cost of a build's agents and, of that, of its audits (USD): `$10.57, of which $7.87 for audits`. */
export function formatBuildCost(costUsd: number, auditUsd: number): string {
  return `$${costUsd.toFixed(2)}${auditUsd > 0 ? `, of which $${auditUsd.toFixed(2)} for audits` : ''}`;
}
