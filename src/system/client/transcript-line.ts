/** A part of a message's content in the client's transcripts. */
export interface ContentBlock {
  type?: string;
  text?: string;
  id?: string;
  name?: string;
  input?: Record<string, unknown>;
  tool_use_id?: string;
  is_error?: boolean;
  content?: string | ContentBlock[];
}

/** Tokens of one answer of the service. */
export interface TokenUsage {
  input_tokens?: number;
  cache_creation_input_tokens?: number;
  cache_read_input_tokens?: number;
  output_tokens?: number;
}

/** The message of a transcript's line. */
export interface TranscriptMessage {
  id?: string;
  content?: string | ContentBlock[];
  usage?: TokenUsage;
}
