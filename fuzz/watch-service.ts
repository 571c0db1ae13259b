/** What must not change while hostile requests come in. */
export interface Vitals {
  restarts: number;
  /** Answers with a 5xx so far. */
  serverErrors: number;
  ready: boolean;
}

export async function readVitals(port: number): Promise<Vitals> {
  const [metrics, ready] = await Promise.all(
    ['/metrics', '/health/ready'].map(path => fetch(`http://127.0.0.1:${port}${path}`)),
  );
  const text = await metrics!.text();
  await ready!.arrayBuffer();
  const sum = (pattern: RegExp) => [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0);
  return {
    restarts: sum(/^gfl_engine_restarts_total\{[^}]*\} (\d+)/gm),
    serverErrors: sum(/^gfl_http_requests_total\{[^}]*status="5\d\d"[^}]*\} (\d+)/gm),
    ready: ready!.status === 200,
  };
}

/** Sentences about what went wrong between the two. */
export function vitalFlaws(before: Vitals, after: Vitals): string[] {
  const restarts = after.restarts - before.restarts;
  const serverErrors = after.serverErrors - before.serverErrors;
  return [
    ...(restarts > 0 ? [`${restarts} engines died`] : []),
    ...(serverErrors > 0 ? [`${serverErrors} answers were 5xx`] : []),
    ...(after.ready ? [] : ['the service is not ready']),
  ];
}
