export interface PermissionDenial {
  /** The `Agent` tool goes by its old name `Task` here. */
  tool_name: string;
  tool_use_id: string;
  tool_input: Record<string, unknown>;
}

/** The client's result document, as far as tests read it; `usage` leaves the subagents out, `modelUsage` counts them. */
export interface ResultMessage {
  type: 'result';
  /** Stays `success` after an API error: believe `is_error`. */
  subtype: string;
  is_error: boolean;
  result?: string;
  session_id: string;
  num_turns: number;
  total_cost_usd: number;
  api_error_status: number | null;
  terminal_reason: string;
  permission_denials: PermissionDenial[];
  usage: { input_tokens: number; output_tokens: number };
  modelUsage: Record<string, { inputTokens: number; outputTokens: number; costUSD: number }>;
  subagent_stats: {
    spawned: number;
    completed: number;
    failed: number;
    refused: { concurrency_limit: number };
  };
}

export function isResult(value: unknown): value is ResultMessage {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'result';
}
