import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.ts';
import { curlUpload } from './curl-upload.ts';
import { serviceAddress } from './service-address.ts';

const SAMPLES = fileURLToPath(new URL('../samples', import.meta.url));

/** One curl line that works as it stands in the current folder. */
export async function tryIt(config: Config, port: number): Promise<string> {
  const files = await readdir(SAMPLES).catch(() => []);
  const sample = files.sort().find(file => /\.(jpe?g|png|webp)$/i.test(file));
  const picture = sample === undefined ? 'PICTURE.jpg' : path.relative(process.cwd(), path.join(SAMPLES, sample));
  const key = config.apiKeys.length > 0 ? ' -H "X-API-Key: $KEY"' : '';
  return `curl${key} ${curlUpload(picture)} ${serviceAddress(config, port)}/detect`;
}
