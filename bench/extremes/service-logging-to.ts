import { execPath } from 'node:process';
import { type RunningServer, startServer } from '../start-server.ts';

/**
 * The built service with one engine, whose log the shell sends to a file.
 *
 * @param prepare a command of the shell that comes first
 * @param wrapper a program, and its arguments, that becomes the shell
 */
export function serviceLoggingTo(file: string, prepare = ':', wrapper: readonly string[] = []): Promise<RunningServer> {
  const script = `${prepare} && exec "$0" dist/main.js > "$1"`;
  const [command = 'sh', ...args] = [...wrapper, 'sh', '-c', script, execPath, file];
  return startServer({
    name: 'The service',
    command,
    args: () => args,
    env: port => ({ ...process.env, PORT: String(port), ENGINES: '1', LOG_LEVEL: 'info' }),
  });
}

const AT_ONCE = 20;

/**
 * So many requests, each a line of the log of some 270 bytes.
 *
 * @returns how many were answered as they should be
 */
export async function askForLines(url: string, count: number): Promise<number> {
  let answered = 0;
  for (let asked = 0; asked < count; asked += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, count - asked) }, async () => {
      const response = await fetch(`${url}/nowhere`);
      await response.arrayBuffer();
      if (response.status === 404) answered += 1;
    });
    await Promise.all(batch);
  }
  return answered;
}

const GIVE_UP_MS = 30_000;

/** SIGTERM, then its exit code and how long it took; one that does not end is killed after half a minute, and has none. */
export async function stopTimed(service: RunningServer): Promise<{ code: number | null; seconds: number }> {
  const stoppedAt = performance.now();
  const killer = setTimeout(() => service.process.kill('SIGKILL'), GIVE_UP_MS);
  const code = await service.stop();
  clearTimeout(killer);
  return { code, seconds: (performance.now() - stoppedAt) / 1000 };
}
