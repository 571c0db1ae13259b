/** Fields of a log line, by the names that OpenTelemetry gives them in formats other than its own. */
export interface TraceContext {
  trace_id: string;
  /** The caller's span: there is none of our own. */
  span_id: string;
}

/** Version, trace, parent and flags. Later versions may have more behind them, 00 may not; ff is none. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:-.*)?$/;
const VERSION_00_LENGTH = 55;

/** What a `traceparent` header says (W3C Trace Context, 3.2); undefined for none and for one that is to be ignored. */
export function traceContext(traceparent: string | string[] | undefined): TraceContext | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, trace_id, span_id] = TRACEPARENT.exec(traceparent) ?? [];
  if (trace_id === undefined || span_id === undefined) return undefined;
  if (version === '00' && traceparent.length !== VERSION_00_LENGTH) return undefined;
  return { trace_id, span_id };
}
