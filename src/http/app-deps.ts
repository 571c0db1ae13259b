import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Admission } from '../admission/admission.ts';
import type { Config } from '../config.ts';
import type { LoadedManifest } from '../detector/contract.ts';
import type { EnginePool } from '../engine/pool-types.ts';
import type { Metrics } from '../metrics.ts';
import type { PageFiles } from './page-files.ts';

/** What the edge is built on. */
export interface AppDeps {
  config: Config;
  /** In the order of the configuration: the first is the default. */
  models: readonly LoadedManifest[];
  pool: EnginePool;
  admission: Admission;
  metrics: Metrics;
  log: FastifyBaseLogger;
  /** What is shown at `/`; nothing is when it is absent. */
  page?: PageFiles;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
