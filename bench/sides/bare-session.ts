import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MALLOC_SETTINGS } from '../../src/engine/malloc-settings.ts';
import { askChild, disconnectAll } from '../ask-child.ts';
import type { RoleProcess } from '../measure/cpu-meter.ts';
import type { BareLoad, BareRan, BareRun, FromBare, ToBare } from './bare-protocol.ts';

export interface BareSessions {
  /** All of them at once. */
  run(request: Omit<BareRun, 'type'>): Promise<{ pictures: number; perSecond: number }>;
  processes(): RoleProcess[];
  stop(): Promise<void>;
}

const ENTRY = fileURLToPath(new URL('./bare-session-process.js', import.meta.url));

/** As many bare sessions as there are engines, a process each. */
export async function bareSessions(count: number, load: Omit<BareLoad, 'type'>): Promise<BareSessions> {
  const children = Array.from({ length: count }, () =>
    fork(ENTRY, { env: { ...MALLOC_SETTINGS, ...process.env, ORT_DISABLE_TELEMETRY: '1' } }),
  );
  const all = (message: ToBare) => Promise.all(children.map(child => askChild<FromBare>(child, message)));
  await all({ type: 'load', ...load });
  return {
    async run(request) {
      const ran = (await all({ type: 'run', ...request })) as BareRan[];
      return {
        pictures: ran.reduce((sum, { pictures }) => sum + pictures, 0),
        perSecond: ran.reduce((sum, { pictures, seconds }) => sum + pictures / seconds, 0),
      };
    },
    processes: () => children.map(child => ({ role: 'sessions', pid: child.pid! })),
    stop: () => disconnectAll(children),
  };
}
