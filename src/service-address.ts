import type { Config } from './config.ts';

/** What to listen on: for "localhost" Fastify would open a second server, on ::1, with none of the bounds of the first, and Node take ::1 alone. */
export function bindAddress(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host;
}

/** Where this machine reaches the service, without a slash at its end. */
export function serviceAddress({ host }: Pick<Config, 'host'>, port: number): string {
  const bound = bindAddress(host);
  const address = ['0.0.0.0', '::'].includes(bound) ? '127.0.0.1' : bound.includes(':') ? `[${bound}]` : bound;
  return `http://${address}:${port}`;
}
