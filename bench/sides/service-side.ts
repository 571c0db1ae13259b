import { childrenOf } from '../measure/process-tree.ts';
import { startService } from '../start-service.ts';
import type { ServerSide } from './side.ts';

/** This service as it is built, with its default settings but for `env`. */
export async function serviceSide(name: string, env: Record<string, string>): Promise<ServerSide> {
  const service = await startService({ LOG_LEVEL: 'info', ...env });
  const pid = service.process.pid!;
  return {
    name,
    urls: [service.url],
    startToReadyMs: service.startToReadyMs,
    isService: true,
    processes: () => [{ role: 'service', pid }, ...childrenOf(pid).map(engine => ({ role: 'engines', pid: engine }))],
    async stop() {
      await service.stop();
    },
  };
}
