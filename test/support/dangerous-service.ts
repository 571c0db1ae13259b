import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { childrenOf } from './processes.ts';
import { slowedDown } from './slowed-down.ts';

export interface Outcome {
  status: number;
  code: string | undefined;
  ms: number;
}

/** The real service with the tiny model of `modelsDir`, whose engines come to grief when a picture asks for it. */
export async function startDangerousService(modelsDir: string, env: Record<string, string> = {}) {
  const hook = new URL('./with-dangerous-engines.js', import.meta.url).href;
  const service: RunningService = await startService({
    NODE_OPTIONS: `--import=${hook}`,
    MODELS_DIR: modelsDir,
    MODEL: 'tiny',
    PROVIDER: 'cpu',
    ENGINES: '2',
    ...env,
  });
  const { url, process: child } = service;

  async function post(picture: Uint8Array, signal?: AbortSignal): Promise<Outcome> {
    const startedAt = performance.now();
    const response = await fetch(`${url}/detect`, { method: 'POST', body: picture, ...(signal && { signal }) });
    const { code } = (await response.json()) as { code?: string };
    return { status: response.status, code, ms: performance.now() - startedAt };
  }

  async function serving(): Promise<number> {
    const response = await fetch(`${url}/health/ready`);
    const body = (await response.json()) as { engines?: { serving: number } };
    return body.engines?.serving ?? 0;
  }

  /** Value of a metric line, 0 when there is none. */
  async function metric(line: string): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(
      text
        .split('\n')
        .find(one => one.startsWith(`${line} `))
        ?.split(' ')[1] ?? 0,
    );
  }

  /** Milliseconds until `condition` holds. */
  async function until(condition: () => Promise<boolean> | boolean, what: string): Promise<number> {
    const startedAt = performance.now();
    const timeoutMs = 10_000 * slowedDown();
    while (!(await condition())) {
      if (performance.now() - startedAt > timeoutMs) throw new Error(`${what}: not within ${timeoutMs.toFixed(0)} ms`);
      await sleep(10);
    }
    return performance.now() - startedAt;
  }

  return { ...service, post, serving, metric, until, enginePids: () => childrenOf(child.pid!) };
}

export type DangerousService = Awaited<ReturnType<typeof startDangerousService>>;
