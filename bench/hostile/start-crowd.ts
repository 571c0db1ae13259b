import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { CrowdReport, CrowdSize } from './crowd.ts';
import type { CrowdOrder } from './crowd-process.ts';

/** A hostile crowd in a process of its own: what it costs its client is not charged to the others. */
export function startCrowd(url: string, size: CrowdSize, picture: string) {
  const order: CrowdOrder = { port: Number(new URL(url).port), size, picture };
  const child = fork(path.join(import.meta.dirname, 'crowd-process.js'), [JSON.stringify(order)]);
  return {
    async stop(): Promise<CrowdReport> {
      const answered = once(child, 'message');
      const ended = once(child, 'exit').then(() => {
        throw new Error('The crowd ended before it reported.');
      });
      ended.catch(() => {}); // it comes after the report, too
      child.send('stop');
      const [report] = (await Promise.race([answered, ended])) as [CrowdReport];
      return report;
    },
  };
}
