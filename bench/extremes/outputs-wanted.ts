import { readFileSync } from 'node:fs';
import { memoryOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { liveMs } from './live-ms.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

/** More than a request of the Open Inference Protocol may have, and nearly as many as one may. */
const COUNTS = [300_000, 24_000];
const WITHIN_MS = 1000;
const MEGABYTES = 400;

/** One output, asked for again and again: answered it would be as long as the request likes. */
export const outputsWanted: Extreme = {
  name: 'outputs-wanted',
  bound: `${COUNTS.join(' and ')} outputs wanted of one picture: 400 within ${WITHIN_MS / 1000} s, at most ${MEGABYTES} MB`,
  missing: whatIsMissing,
  async run() {
    return withService({}, async ({ url }, _port, pid) => {
      const picture = readFileSync('samples/cat.jpg').toString('base64');
      const input = { name: 'image', shape: [1], datatype: 'BYTES', data: [picture] };
      const answers: { status: number; ms: number }[] = [];
      for (const count of COUNTS) {
        const body = JSON.stringify({ inputs: [input], outputs: Array(count).fill({ name: 'labels' }) });
        const askedAt = performance.now();
        const response = await fetch(`${url}/v2/models/nanodet-g/infer`, { method: 'POST', body });
        await response.arrayBuffer();
        answers.push({ status: response.status, ms: performance.now() - askedAt });
      }
      await liveMs(url);
      const { peak } = memoryOf(pid);
      const said = answers.map(({ status, ms }) => `${status} after ${(ms / 1000).toFixed(2)} s`);
      return {
        figure: `${said.join(' and ')}, ${peak.toFixed(0)} MB in the service`,
        held: answers.every(({ status, ms }) => status === 400 && ms <= WITHIN_MS) && peak <= MEGABYTES,
      };
    });
  },
};
