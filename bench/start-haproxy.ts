import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort, type RunningServer, startServer } from './start-server.ts';

export const HAPROXY = '/usr/sbin/haproxy';

/** Milliseconds between two health checks, and how many must fail. docs/reliability.md has these lines. */
export const CHECK_EVERY_MS = 500;
export const CHECKS_TO_FALL = 2;

/** Starts HAProxy before services on these ports. `folder` takes its configuration. */
export async function startHaproxy(ports: readonly number[], folder: string): Promise<RunningServer> {
  const file = path.join(folder, 'haproxy.cfg');
  const listenOn = await freePort();
  await writeFile(file, configuration(listenOn, ports));
  return startServer(
    { name: 'HAProxy', command: HAPROXY, args: () => ['-db', '-f', file], env: () => process.env },
    20_000,
    listenOn,
  );
}

function configuration(listenOn: number, ports: readonly number[]): string {
  const servers = ports.map((port, index) => `  server gfl${index + 1} 127.0.0.1:${port}`);
  return `global
  maxconn 2000
defaults
  mode http
  timeout connect 1s
  timeout client 60s
  timeout server 30s
  timeout http-keep-alive 60s
frontend pictures
  bind 127.0.0.1:${listenOn}
  default_backend gfl_serve
backend gfl_serve
  balance leastconn
  retries 3
  option redispatch 1
  retry-on conn-failure
  option httpchk GET /health/ready
  http-check expect status 200
  default-server check inter ${CHECK_EVERY_MS}ms fall ${CHECKS_TO_FALL} rise 1
${servers.join('\n')}
`;
}
