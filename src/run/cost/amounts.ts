export function formatUsd(usd: number | null): string {
  return usd === null ? 'not known' : `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`;
}
export function formatTokens(tokens: number | null): string {
  return tokens === null ? 'not known' : String(tokens).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
