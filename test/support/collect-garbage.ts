import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const { setTimeout: later } = globalThis;

const ATTEMPTS = 30;
const PAUSE_MS = 5;

/**
 * Collects garbage until `isGone`. Whether it did: V8 may keep a little for a while that nobody refers to, such as what its compiler looks
 * at in another thread or what was looked at in this turn of the event loop (WeakRef).
 */
export async function collectGarbage(isGone: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS && !isGone(); attempt++) {
    await new Promise<void>(resolve => {
      later(() => {
        collect();
        resolve();
      }, PAUSE_MS);
    });
  }
  return isGone();
}
