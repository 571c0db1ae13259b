import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';

const SAMPLES = fileURLToPath(new URL('../samples', import.meta.url));

/** One curl line that works as it stands in the current folder. */
export async function tryIt(config: Config, port: number): Promise<string> {
  const files = await readdir(SAMPLES).catch(() => []);
  const sample = files.sort().find(file => /\.(jpe?g|png|webp)$/i.test(file));
  const picture = sample === undefined ? 'PICTURE.jpg' : path.relative(process.cwd(), path.join(SAMPLES, sample));
  const key = config.apiKeys.length > 0 ? ' -H "X-API-Key: $KEY"' : '';
  return `curl${key} -F image=@${picture} ${serviceAddress(config, port)}/detect`;
}

/** Where this machine reaches the service, without a slash at its end. */
export function serviceAddress({ host }: Pick<Config, 'host'>, port: number): string {
  const address = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${address}:${port}`;
}
