import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDispatch } from '../../src/engine/dispatch.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { EngineResult } from '../../src/engine/protocol.ts';
import { createQuarantine, fingerprintOf } from '../../src/engine/quarantine.ts';
import { type ErrorCode, ServiceError } from '../../src/errors.ts';

/** Engines by hand: what they answer and when is said by the test. The rest of dispatch.ts is tested by pool-retries and pool-random. */

type HandMadeEngine = Engine & {
  given: string[];
  draw(picture: string): void;
  answer(picture: string, failure?: ServiceError): void;
};

function handMadeEngine(onChange: () => void): HandMadeEngine {
  const inside: { picture: string; resolve(result: EngineResult): void; reject(failure: ServiceError): void }[] = [];
  const given: string[] = [];
  const drawn = new Set<string>();
  return {
    state: 'ready',
    pid: undefined,
    life: { readyForMs: 0, answered: 0 },
    given,
    get jobs() {
      return inside.length;
    },
    get detecting() {
      return inside.filter(({ picture }) => !drawn.has(picture)).length;
    },
    detect({ bytes }) {
      const picture = Buffer.from(bytes).toString();
      given.push(picture);
      return new Promise((resolve, reject) => inside.push({ picture, resolve, reject }));
    },
    draw(picture) {
      drawn.add(picture);
      onChange();
    },
    answer(picture, failure) {
      const [answered] = inside.splice(
        inside.findIndex(one => one.picture === picture),
        1,
      );
      if (failure === undefined) answered!.resolve({} as EngineResult);
      else answered!.reject(failure);
      onChange();
    },
    stop() {},
    kill() {},
  };
}

function handMadeDispatch(count: number) {
  const quarantine = createQuarantine();
  const engines = Array.from({ length: count }, () => handMadeEngine(() => dispatch.pump()));
  const dispatch = createDispatch({
    engines: () => engines,
    slotsPerEngine: 3,
    quarantine,
    onRetry: () => {},
    onRefusal: () => {},
  });
  const detect = (picture: string) => dispatch.detect({ model: 'fake', bytes: Buffer.from(picture), options: {} });
  const suspect = (...pictures: string[]) =>
    quarantine.died(
      pictures.map(picture => fingerprintOf(Buffer.from(picture))),
      false,
    );
  const verdictOn = (picture: string) => quarantine.verdictOn(Buffer.from(picture));
  return { engines, dispatch, detect, suspect, verdictOn };
}

test('a picture that waits to be alone is given to the engine that was kept for it when a copy clears it', async () => {
  const { engines, dispatch, detect, suspect } = handMadeDispatch(1);
  const engine = engines[0]!;
  const before = [detect('beside'), detect('other')];
  suspect('beside', 'killer');
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

test('a picture that waits to be alone does not wait for one engine when another is empty', async () => {
  const { engines, dispatch, detect, suspect } = handMadeDispatch(2);
  const [first, second] = [engines[0]!, engines[1]!];
  const before = ['a', 'b', 'c', 'd'].map(detect);
  assert.deepEqual(
    [first.given, second.given],
    [
      ['a', 'c'],
      ['b', 'd'],
    ],
  );
  suspect('beside', 'killer');
  const waits = detect('beside');
  assert.equal(dispatch.freeSlots(), 1, 'the first is kept for it');

  second.answer('b');
  second.answer('d');
  await Promise.all([before[1], before[3]]);
  assert.deepEqual(second.given, ['b', 'd', 'beside']);
  assert.equal(dispatch.freeSlots(), 1, 'the first takes others again, the second none');
  second.answer('beside');
  await waits;
  assert.equal(dispatch.freeSlots(), 4);
});

test('of engines with as many free slots the one that draws fewest pictures is given the next', () => {
  const { engines, detect } = handMadeDispatch(2);
  for (const picture of ['a', 'b', 'c', 'd']) {
    void detect(picture);
    for (const engine of engines) if (engine.given.includes(picture)) engine.draw(picture);
  }
  assert.deepEqual(
    engines.map(({ given }) => given),
    [
      ['a', 'c'],
      ['b', 'd'],
    ],
  );
});

const answers: [code: ErrorCode, verdict: string][] = [
  ['unprocessable_image', 'free'],
  ['invalid_request', 'free'],
  ['internal', 'isolated'],
  ['unavailable', 'isolated'],
];
for (const [code, verdict] of answers) {
  test(`a suspect whose engine answers ${code} is ${verdict} afterwards`, async () => {
    const { engines, detect, suspect, verdictOn } = handMadeDispatch(1);
    suspect('suspect', 'beside');
    const answer = detect('suspect');
    engines[0]!.answer('suspect', new ServiceError(code, 'on purpose'));
    await assert.rejects(answer, { code });
    assert.equal(verdictOn('suspect'), verdict);
  });
}
