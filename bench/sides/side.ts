import type { RoleProcess } from '../measure/cpu-meter.ts';

/** A server under measurement. */
export interface ServerSide {
  name: string;
  /** One, or one a process: connections are dealt out over them. */
  urls: readonly string[];
  startToReadyMs: number;
  /** Whether `/metrics` and `/health/live` tell of its event loop. */
  isService: boolean;
  processes(): RoleProcess[];
  stop(): Promise<void>;
}
