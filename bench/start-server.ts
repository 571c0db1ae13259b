import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningServer {
  url: string;
  process: ChildProcess;
  /** From the start of the process until `/health/ready` answered 200. */
  startToReadyMs: number;
  /** The last it wrote. */
  output(): string;
  /** SIGTERM, then its exit code. */
  stop(): Promise<number | null>;
}

export interface ServerCommand {
  /** For errors. */
  name: string;
  command: string;
  args: (port: number) => string[];
  env: (port: number) => NodeJS.ProcessEnv;
}

const KEPT_CHUNKS = 100;
const POLL_MS = 20;

/** Starts a server, on a free port unless one is given, and waits until it is ready. */
export async function startServer(
  server: ServerCommand,
  timeoutMs = 60_000,
  givenPort?: number,
): Promise<RunningServer> {
  const port = givenPort ?? (await freePort());
  const startedAt = performance.now();
  const child = spawn(server.command, server.args(port), {
    env: server.env(port),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  const keep = (chunk: Buffer) => {
    chunks.push(chunk);
    if (chunks.length > KEPT_CHUNKS) chunks.shift();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const output = () => Buffer.concat(chunks).toString();
  const url = `http://127.0.0.1:${port}`;
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await exited;
    return child.exitCode;
  };
  const deadline = startedAt + timeoutMs;
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`${server.name} stopped before it was ready:\n${output()}`);
    if (performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${server.name} was not ready after ${timeoutMs} ms:\n${output()}`);
    }
    await sleep(POLL_MS);
  }
  return { url, process: child, startToReadyMs: performance.now() - startedAt, output, stop };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
