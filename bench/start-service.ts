import { type RunningServer, startServer } from './start-server.ts';

export type RunningService = RunningServer;

/** Starts `node dist/main.js` of this project, on a free port unless one is given, and waits until it is ready. */
export function startService(
  env: Record<string, string> = {},
  timeoutMs = 60_000,
  port?: number,
): Promise<RunningService> {
  return startServer(
    {
      name: 'The service',
      command: process.execPath,
      args: () => ['dist/main.js'],
      env: port => ({ ...process.env, PORT: String(port), LOG_LEVEL: 'warn', ...env }),
    },
    timeoutMs,
    port,
  );
}
