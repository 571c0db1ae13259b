import { once } from 'node:events';
import type { Server } from 'node:http';
import closeWithGrace from 'close-with-grace';
import { pino } from 'pino';
import { createAdmission } from './admission/admission.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { DetectorError } from './detector/index.ts';
import { drain } from './drain.ts';
import { createEnginePool } from './engine/pool.ts';
import { growHeapFreely } from './grow-heap-freely.ts';
import { buildApp } from './http/app.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { builtPage, loadPage } from './http/page-files.ts';
import { loadModels } from './load-models.ts';
import { createLogDestination } from './log-destination.ts';
import { createMetrics } from './metrics.ts';
import { bindAddress, serviceAddress } from './service-address.ts';
import { tryIt } from './try-it.ts';

/** A native crash must stay one: a handler would turn it into a hang. */
const FATAL_SIGNALS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;
/** For engines that need SIGKILL after the drain deadline. */
const CLOSE_MARGIN_MS = 5000;

async function main(): Promise<void> {
  growHeapFreely();
  process.stderr.on('error', () => {}); // whoever reads it may be gone
  const config = readConfig(process.env);
  // process.stdout puts a pipe into non-blocking mode.
  const log = pino({ level: config.logLevel }, createLogDestination(process.stdout.fd));
  const { models, manifestPaths } = await loadModels(config);

  const metrics = createMetrics();
  metrics.startAtZero(models.map(({ manifest }) => manifest.name));
  const pool = createEnginePool({
    engines: config.engines,
    threadsPerEngine: config.threadsPerEngine,
    threadsWhenAlone: config.threadsWhenAlone,
    maxBatch: config.maxBatch,
    manifestPaths,
    cacheDir: config.cacheDir,
    provider: config.provider,
    inputShape: config.inputShape,
    maxPixels: config.maxPixels,
    formats: config.formats,
    hangTimeoutMs: config.hangTimeoutMs,
    startTimeoutMs: config.startTimeoutMs,
    log,
    onEvent: event => metrics.count(event),
  });
  const admission = createAdmission({
    capacity: config.queueCapacity,
    deadlineMs: config.deadlineMs,
    freeSlots: () => pool.freeSlots(),
    onEvent: ({ reason }) => metrics.rejected.inc({ reason }),
  });
  pool.onFree(() => admission.poke());
  metrics.watch(admission, pool);

  const app = buildApp({ config, models, pool, admission, metrics, log, page: loadPage(builtPage()) });
  const metricsServer = createMetricsServer(metrics.registry, config);
  let stopping = false;
  closeWithGrace(
    { delay: config.drainDelayMs + config.drainTimeoutMs + CLOSE_MARGIN_MS, logger: log, skip: [...FATAL_SIGNALS] },
    async ({ signal, err }) => {
      stopping = true;
      if (err) log.fatal({ err }, 'uncaught error, stopping: this is a bug');
      else log.info({ signal }, 'draining');
      // Ctrl-C comes from a person, who has no load balancer that must notice first.
      const delayMs = signal === 'SIGTERM' ? config.drainDelayMs : 0;
      await drain(app, admission, pool, { delayMs, timeoutMs: config.drainTimeoutMs });
      metricsServer.close().closeAllConnections();
      log.info('stopped');
    },
  );

  // Listens first: the probes tell "alive" from "ready" while the models warm up.
  await app.listen({ port: config.port, host: bindAddress(config.host) });
  if (config.metricsPort !== 0) await listenForScrapes(metricsServer, config);
  try {
    await pool.start();
  } catch (error) {
    if (stopping) return;
    log.fatal({ err: error }, 'the engines cannot start');
    refuseToStart((error as Error).message);
  }
  if (stopping) return; // it listens no more
  const { port } = app.server.address() as { port: number };
  const provider = pool.models[0]?.provider;
  const { engines, modelsDir, apiKeys } = config;
  log.info({ provider, models: pool.models, modelsDir, engines, apiKeys: apiKeys.length }, 'ready');
  const curl = await tryIt(config, port);
  process.stderr.write(
    `\nReady, running on ${provider} with the models in ${modelsDir}. Try:\n  ${curl}\nor look: ${serviceAddress(config, port)}/\n\n`,
  );
}

async function listenForScrapes(server: Server, { metricsPort, host }: Config): Promise<void> {
  server.listen(metricsPort, bindAddress(host));
  await once(server, 'listening').catch((error: Error) => {
    throw new ConfigError(`METRICS_PORT is ${metricsPort}, which cannot be listened on (${error.message}).`);
  });
}

main().catch((error: unknown) => refuseToStart(reason(error)));

function refuseToStart(sentence: string): never {
  process.stderr.write(`gfl-serve cannot start. ${sentence}\n`);
  process.exit(1);
}

function reason(error: unknown): string {
  const { message, code, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (error instanceof ConfigError) return `The configuration is wrong:\n  ${message.replaceAll('\n', '\n  ')}`;
  if (code === 'EADDRINUSE')
    return `The address is in use (${message}); set PORT to another, or to 0 for any free one.`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `HOST and PORT cannot be listened on (${message}).`;
  if (error instanceof DetectorError) return message;
  return stack ?? message;
}
