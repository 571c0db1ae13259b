import type { EnginePool, PoolOptions } from './pool-types.ts';

/** `options.engines` child processes that load the models and detect; a dead one is replaced. */
export function createEnginePool(_options: PoolOptions): EnginePool {
  throw new Error('landing soon');
}
