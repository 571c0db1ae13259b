import type { Load } from '../cell.ts';
import type { PictureRequest } from '../load/connection.ts';
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
  /** The only loads it is measured under; all when absent. */
  loads?: readonly Load[];
  /** What it is sent instead. */
  request?: (request: PictureRequest) => PictureRequest;
  stop(): Promise<void>;
}
