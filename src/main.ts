import { pino } from 'pino';
import { ConfigError, readConfig } from './config.ts';
import { memoryShortage } from './config-sizes.ts';
import { DetectorError } from './detector/contract.ts';
import { endWhenStuck } from './end-when-stuck.ts';
import { createEnginePool } from './engine/pool.ts';
import { usableMemory } from './engine/usable-memory.ts';
import { growHeapFreely } from './grow-heap-freely.ts';
import { loadModels } from './load-models.ts';
import { createLogDestination } from './log-destination.ts';
import { misspeltVariables } from './misspelt-variables.ts';
import { serviceAddress } from './service-address.ts';
import { tryIt } from './try-it.ts';

async function main(): Promise<void> {
  // Until `startService` handles these itself. Without a handler the first process of a container would not end at all.
  const endAtOnce = () => process.exit(0);
  process.once('SIGTERM', endAtOnce).once('SIGINT', endAtOnce);
  growHeapFreely();
  process.stderr.on('error', () => {}); // whoever reads it may be gone
  const memory = usableMemory();
  const config = readConfig(process.env, undefined, memory);
  // process.stdout puts a pipe into non-blocking mode.
  const log = pino({ level: config.logLevel }, createLogDestination(process.stdout.fd));
  const shortage = memoryShortage(config.engines, memory);
  if (shortage !== undefined) log.warn(shortage);
  for (const { name, meant } of misspeltVariables(process.env)) {
    log.warn({ variable: name, meant }, `${name} is set, and nothing reads it; is ${meant} meant?`);
  }
  const served = await loadModels(config);

  const pool = createEnginePool({
    engines: config.engines,
    threadsPerEngine: config.threadsPerEngine,
    threadsWhenAlone: config.threadsWhenAlone,
    maxBatch: config.maxBatch,
    manifestPaths: served.manifestPaths,
    cacheDir: config.cacheDir,
    provider: config.provider,
    inputShape: config.inputShape,
    maxPixels: config.maxPixels,
    formats: config.formats,
    hangTimeoutMs: config.hangTimeoutMs,
    startTimeoutMs: config.startTimeoutMs,
    log,
  });
  const engineReady = pool.start();
  engineReady.catch(() => {}); // awaited below
  // Half a second of modules, loaded while the first engine loads its own.
  const { startService } = await import('./service.ts');
  const starting = startService(config, served, pool, log);
  process.off('SIGTERM', endAtOnce).off('SIGINT', endAtOnce);
  const service = await starting;
  await endWhenStuck();
  try {
    await engineReady;
  } catch (error) {
    if (service.stopping) return;
    log.fatal({ err: error }, 'the engines cannot start');
    refuseToStart((error as Error).message);
  }
  if (service.stopping) return; // it was told to stop meanwhile: it is not to be announced
  const provider = pool.models[0]?.provider;
  const { engines, modelsDir, apiKeys } = config;
  log.info({ provider, models: pool.models, modelsDir, engines, apiKeys: apiKeys.length }, 'ready');
  const curl = await tryIt(config, service.port);
  process.stderr.write(
    `\nReady: ${config.models.join(', ')} on ${provider}. Try:\n  ${curl}\nor look: ${serviceAddress(config, service.port)}/\n\n`,
  );
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
