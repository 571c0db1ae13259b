import { serviceAddress } from './service-address.ts';

// The container's HEALTHCHECK: exits 0 when the service on this machine is ready, 1 when it is not. Needs no curl.
// Empty is as good as unset, as for the service; its configuration as a whole takes too long to load twice a minute.
const port = process.env.PORT?.trim() || '8080';
const host = process.env.HOST?.trim() || '127.0.0.1';
try {
  const url = `${serviceAddress({ host }, Number(port))}/health/ready`;
  const response = await fetch(url, { signal: AbortSignal.timeout(2500) });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
