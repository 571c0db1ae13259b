import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { testRandomly } from '../support/random-history.ts';
import { createRandomService } from './random-service.ts';

/**
 * Admission and pool with engines that are simulated, through hundreds of random lives. What has to hold is in `random-service.ts` and
 * `random-requests.ts`, where it can be seen.
 */

testRandomly(
  'whatever befalls engines and clients, each picture gets its own outcome and nothing is left',
  100,
  async (chance, clock) => {
    const descriptors = openDescriptors();
    const service = createRandomService(chance, clock);
    try {
      if (!(await service.start())) return;
      const steps = chance.whole(20, 120);
      for (let step = 0; step < steps; step++) {
        service.act();
        await clock.pass(chance.pick([0, 5, 50, 300]) * chance.between(0, 1), service.check);
        service.check();
      }
      await service.rest();
      await service.close();
      assert.equal(clock.pending, 0, 'no timer is left');
      assert.equal(openDescriptors(), descriptors, 'no descriptor is left');
    } finally {
      service.restore();
    }
  },
);

/** 0 where there is no `/proc`. */
function openDescriptors(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}
