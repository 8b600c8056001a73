/** Where a forecast comes from: what agents of the same models used before, an assumption, or some of each. */
export type Basis = 'earlier runs' | 'assumption' | 'earlier runs and assumption';

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

/** What the agents of a plan are thought to use. */
export interface AgentForecast {
  tokens: number;
  usd: number | null;
  basis: Basis;
  byModel: ModelCost[];
  byDomain: DomainCost[];
}
