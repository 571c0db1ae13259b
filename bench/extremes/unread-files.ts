import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf } from '../measure/process-tree.ts';
import type { Extreme } from './extreme.ts';
import { ASK_FOR_LARGE_FILE, takeLargeFile } from './large-file.ts';
import { openSocket } from './open-sockets.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const CLIENTS = 40;
const TIMES = 12;
const CPU_MS = 30;
/** Of files, for each client. Streamed from the disk it is what the buffers of both sockets hold, some MB. */
const READ_MB = 0.1;
const STAYS_MS = 150;

/** Clients who come one after another, ask for 20 MB and leave without having read a byte. */
export const unreadFiles: Extreme = {
  name: 'unread-files',
  bound: `who asks for 20 MB of files and reads nothing costs at most ${CPU_MS} ms of CPU and ${READ_MB} MB read from the disk`,
  missing: whatIsMissing,
  async run() {
    return withService({}, async ({ url }, port, pid) => {
      await takeLargeFile(url);
      async function come(): Promise<void> {
        const socket = await openSocket(port);
        socket.pause();
        socket.write(ASK_FOR_LARGE_FILE.repeat(TIMES));
        await sleep(STAYS_MS);
        socket.destroy();
      }
      const cpuMs = () => cpuOf(pid).mainThread * 1000;
      /** By system calls that read files, also of what Linux has in memory; sockets are read otherwise. */
      const readMb = () => Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]) / 1e6;
      for (let i = 0; i < 10; i++) await come(); // the first reads and compresses it, and V8 compiles
      const [cpuBefore, readBefore] = [cpuMs(), readMb()];
      for (let i = 0; i < CLIENTS; i++) await come();
      await sleep(STAYS_MS);
      const cpu = (cpuMs() - cpuBefore) / CLIENTS;
      const read = (readMb() - readBefore) / CLIENTS;
      return {
        figure: `${cpu.toFixed(1)} ms of CPU and ${read.toFixed(3)} MB read for each of ${CLIENTS} clients`,
        held: cpu <= CPU_MS && read <= READ_MB,
      };
    });
  },
};
