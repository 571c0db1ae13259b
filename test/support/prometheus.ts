import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { freePort } from '../../bench/start-server.ts';

const SHIPPED = 'deploy/prometheus';

export interface Sample {
  metric: Record<string, string>;
  value: number;
}

interface ScrapeJob {
  job_name: string;
  static_configs: { targets: string[] }[];
}

/**
 * Prometheus with the configuration and the rules that deploy/ ships, but for two things: the target is `target` (host:port) and
 * it scrapes and evaluates every second. `history` is text in the OpenMetrics format that it has already seen.
 */
export async function startPrometheus(folder: string, target: string, history?: string) {
  const shipped = parse(readFileSync(path.join(SHIPPED, 'prometheus.yml'), 'utf8')) as { scrape_configs: ScrapeJob[] };
  const [job] = shipped.scrape_configs;
  job!.static_configs = [{ targets: [target] }];
  const config = { ...shipped, global: { scrape_interval: '1s', evaluation_interval: '1s' }, scrape_configs: [job] };
  writeFileSync(path.join(folder, 'prometheus.yml'), stringify(config));
  cpSync(path.join(SHIPPED, 'rules'), path.join(folder, 'rules'), { recursive: true });
  const data = path.join(folder, 'data');
  if (history !== undefined) backfill(folder, data, history);

  const port = await freePort();
  const child = spawn(
    'prometheus',
    [
      `--config.file=${path.join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', chunk => (log += chunk));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended:\n${log}`);
    return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true;
  }, 'Prometheus to be ready');

  async function get(pathname: string, parameters: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const response = await fetch(`${url}${pathname}?${new URLSearchParams(parameters)}`);
    const answer = (await response.json()) as { status: string; data: Record<string, unknown>; error?: string };
    if (answer.status !== 'success') throw new Error(answer.error);
    return answer.data;
  }

  return {
    get,
    /** The instant vector of an expression, now. Rejects with what Prometheus says of an invalid one. */
    async query(expression: string): Promise<Sample[]> {
      const { result } = (await get('/api/v1/query', { query: expression })) as {
        result: { metric: Record<string, string>; value: [number, string] }[];
      };
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    stop: () => stop(child),
  };
}

function backfill(folder: string, data: string, history: string): void {
  const file = path.join(folder, 'history.txt');
  writeFileSync(file, history);
  const { status, stderr } = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '-q', file, data], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`promtool refused the history: ${stderr}`);
}

export async function until(condition: () => Promise<boolean>, what: string, timeoutMs = 40_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
    await sleep(100);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
