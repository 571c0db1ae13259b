import type { FakePool } from '../support/fake-pool.ts';

/**
 * Answers wait until they are released.
 *
 * @param most so many of them; those after are answered at once
 */
export function holdAnswers(pool: FakePool, most = Number.POSITIVE_INFINITY): () => void {
  const { answer } = pool;
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  pool.answer = async (...job) => {
    if (pool.jobs.length <= most) await released;
    return answer(...job);
  };
  return release;
}
