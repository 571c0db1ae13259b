import { once } from 'node:events';
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';
import { createAdmission } from './admission/admission.ts';
import { type Config, ConfigError } from './config.ts';
import { drain } from './drain.ts';
import type { EnginePool } from './engine/pool-types.ts';
import { buildApp } from './http/app.ts';
import { createMetricsServer } from './http/metrics-server.ts';
import { builtPage, loadPage } from './http/page-files.ts';
import type { ServedModels } from './load-models.ts';
import { createMetrics } from './metrics.ts';
import { bindAddress } from './service-address.ts';
import { onStopSignals, STOP_SIGNALS, type StopSignal } from './stop-signals.ts';

/** close-with-grace must not handle these: a native crash would become a hang. */
const FATAL_SIGNALS = ['SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;
/** After the deadlines of a drain: for engines that need SIGKILL. */
const CLOSE_MARGIN_MS = 5000;

export interface Service {
  /** The port it listens on; where `PORT` is 0, the one that it was given. */
  port: number;
  /** It was told to stop: it listens no more, or soon will not. */
  readonly stopping: boolean;
}

/**
 * All that is between the network and the engines. Listens at once, whether an engine is ready or not: probes tell "alive" from
 * "ready" while the models load. Signals end it in order. Rejects with the system's error, or `ConfigError`, when it cannot listen.
 */
export async function startService(
  config: Config,
  { models }: ServedModels,
  pool: EnginePool,
  log: Logger,
): Promise<Service> {
  const metrics = createMetrics();
  metrics.startAtZero(models.map(({ manifest }) => manifest.name));
  pool.onEvent(event => metrics.count(event));
  const admission = createAdmission({
    capacity: config.queueCapacity,
    deadlineMs: config.deadlineMs,
    freeSlots: () => pool.freeSlots(),
    onRejected: reason => metrics.rejected.inc({ reason }),
  });
  pool.onFree(() => admission.poke());
  metrics.watch(admission, pool);

  const app = buildApp({ config, models, pool, admission, metrics, log, page: loadPage(builtPage()) });
  const metricsServer = createMetricsServer(metrics.registry, config);
  let stopping = false;
  let signal: StopSignal | undefined;
  const grace = closeWithGrace(
    {
      delay: config.drainDelayMs + config.drainTimeoutMs + CLOSE_MARGIN_MS,
      logger: log,
      skip: [...FATAL_SIGNALS, ...STOP_SIGNALS],
    },
    async ({ err }) => {
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
  const exitAtOnce = (second: StopSignal) => {
    log.error(`second ${second}, exiting`);
    process.exit(1);
  };
  onStopSignals(first => {
    if (stopping) return exitAtOnce(first); // because of an error
    signal = first;
    grace.close();
  }, exitAtOnce);

  await app.listen({ port: config.port, host: bindAddress(config.host) });
  if (config.metricsPort !== 0) {
    metricsServer.listen(config.metricsPort, bindAddress(config.host));
    await once(metricsServer, 'listening').catch((error: Error) => {
      throw new ConfigError(`METRICS_PORT is ${config.metricsPort}, which cannot be listened on (${error.message}).`);
    });
  }
  const { port } = app.server.address() as { port: number };
  return {
    port,
    get stopping() {
      return stopping;
    },
  };
}
