/** The basis of a forecast: measured use of agents of the same models, an assumption, or both. */
export type ForecastBasis = 'earlier runs' | 'assumption' | 'earlier runs and assumption';

export interface ModelCost {
  model: string | null;
  agents: number;
  usd: number | null;
  tokens: number | null;
}

export interface DomainCost {
  domain: string;
  agents: number;
  usd: number | null;
  tokens: number | null;
}

/** The forecast use of a plan's agents. */
export interface AgentForecast {
  tokens: number;
  usd: number | null;
  basis: ForecastBasis;
  byModel: ModelCost[];
  byDomain: DomainCost[];
}
