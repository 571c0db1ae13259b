import http from 'node:http';

const GIVE_UP_MS = 30_000;

/** Milliseconds until `/health/live` was answered with 200, on a connection of its own. Rejects when it is not. */
export function liveMs(url: string): Promise<number> {
  const askedAt = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/health/live`, { agent: false, timeout: GIVE_UP_MS }, response => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - askedAt);
        else reject(new Error(`/health/live was answered with ${response.statusCode}`));
      });
    });
    request.on('timeout', () => request.destroy(new Error(`/health/live had no answer within ${GIVE_UP_MS} ms`)));
    request.on('error', reject);
  });
}
