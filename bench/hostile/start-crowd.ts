import { fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import type { CrowdReport, CrowdSize } from './crowd.ts';
import type { CrowdOrder } from './crowd-process.ts';

/**
 * A hostile crowd in a process of its own, which gets of the CPUs what nobody else wants: what it costs its own machine is not charged to the
 * service and its other clients.
 */
export function startCrowd(url: string, size: CrowdSize, picture: string, spreadMs = 1000) {
  const order: CrowdOrder = { port: Number(new URL(url).port), size, picture, spreadMs };
  const child = fork(path.join(import.meta.dirname, 'crowd-process.js'), [JSON.stringify(order)]);
  setPriority(child.pid!, constants.priority.PRIORITY_LOW);
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
