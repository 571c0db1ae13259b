import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDispatch } from '../../src/engine/dispatch.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { EngineResult } from '../../src/engine/protocol.ts';
import { createQuarantine, fingerprintOf } from '../../src/engine/quarantine.ts';

/** Engines by hand: what they answer and when is said by the test. The rest of dispatch.ts is tested by pool-retries and pool-random. */

type HandMadeEngine = Engine & { given: string[]; answer(picture: string): void };

function handMadeEngine(onChange: () => void): HandMadeEngine {
  const inside: { picture: string; resolve(result: EngineResult): void }[] = [];
  const given: string[] = [];
  return {
    state: 'ready',
    pid: undefined,
    life: { readyForMs: 0, answered: 0 },
    given,
    get jobs() {
      return inside.length;
    },
    get detecting() {
      return inside.length;
    },
    detect({ bytes }) {
      const picture = Buffer.from(bytes).toString();
      given.push(picture);
      return new Promise(resolve => inside.push({ picture, resolve }));
    },
    answer(picture) {
      const [answered] = inside.splice(
        inside.findIndex(one => one.picture === picture),
        1,
      );
      answered!.resolve({} as EngineResult);
      onChange();
    },
    stop() {},
    kill() {},
  };
}

test('a picture that waits to be alone is given to the engine that was kept for it when a copy clears it', async () => {
  const quarantine = createQuarantine();
  const engine = handMadeEngine(() => dispatch.pump());
  const dispatch = createDispatch({
    engines: () => [engine],
    slotsPerEngine: 3,
    quarantine,
    onRetry: () => {},
    onRefusal: () => {},
  });
  const detect = (picture: string) => dispatch.detect({ model: 'fake', bytes: Buffer.from(picture), options: {} });
  const before = [detect('beside'), detect('other')];
  quarantine.died([fingerprintOf(Buffer.from('beside')), fingerprintOf(Buffer.from('killer'))], false);
  const waits = detect('beside');
  assert.equal(dispatch.freeSlots(), 0, 'the engine is kept for it');

  engine.answer('beside');
  await before[0];
  engine.answer('other');
  await before[1];
  assert.deepEqual(engine.given, ['beside', 'other', 'beside']);
  assert.equal(dispatch.freeSlots(), 2);
  engine.answer('beside');
  await waits;
});
