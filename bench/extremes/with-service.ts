import { type RunningService, startService } from '../start-service.ts';

/** Runs `use` against `node dist/main.js` with one engine unless `env` says otherwise; it is ended whatever happens. */
export async function withService<T>(
  env: Record<string, string>,
  use: (service: RunningService, port: number, pid: number) => Promise<T>,
): Promise<T> {
  const service = await startService({ ENGINES: '1', ...env });
  try {
    return await use(service, Number(new URL(service.url).port), service.process.pid!);
  } catch (error) {
    const { exitCode, signalCode } = service.process;
    if (exitCode === null && signalCode === null) throw error;
    throw new Error(`the service ended with ${exitCode ?? signalCode}`, { cause: error });
  } finally {
    service.process.kill('SIGKILL');
    await service.stop();
  }
}
