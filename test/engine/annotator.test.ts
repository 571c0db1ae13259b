import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Annotation, createAnnotator } from '../../src/engine/annotator.ts';
import { FAKE_RESULT } from '../support/fake-pool.ts';

const PICTURE = { bytes: Uint8Array.of(7), format: 'jpeg', width: 1, height: 1 } as const;

function annotation(annotate: () => Promise<typeof PICTURE>, signal = new AbortController().signal): Annotation {
  return {
    detector: { annotate },
    bytes: Uint8Array.of(1),
    result: FAKE_RESULT,
    wish: { format: 'jpeg', bands: false },
    signal,
    begun: () => {},
    goesOn: () => {},
  };
}

test('one picture is drawn on at a time, in order', async t => {
  // A clock that began long ago: a moment is told from a time.
  const now = performance.now.bind(performance);
  t.mock.method(performance, 'now', () => 1e6 + now());
  const draw = createAnnotator();
  let inside = 0;
  let most = 0;
  const slow = async () => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise(resolve => setTimeout(resolve, 5));
    inside -= 1;
    return PICTURE;
  };
  const results = await Promise.all([1, 2, 3].map(() => draw(annotation(slow))));
  assert.equal(most, 1);
  for (const result of results) {
    assert.deepEqual(result?.annotated, PICTURE.bytes);
    const { annotate: ms = 0 } = result.timings;
    assert.ok(ms > 0 && ms < 5000, `${ms} ms`);
  }
});

test('a failure is that picture’s alone', async () => {
  const draw = createAnnotator();
  const [first, second] = await Promise.allSettled([
    draw(annotation(async () => Promise.reject(new Error('broken')))),
    draw(annotation(async () => PICTURE)),
  ]);
  assert.equal(first?.status, 'rejected');
  assert.equal(second?.status, 'fulfilled');
});

test('one that nobody waits for is not begun; one given up midway is no failure', async () => {
  const draw = createAnnotator();
  const gone = new AbortController();
  let calls = 0;
  const abandoned = async () => {
    calls += 1;
    gone.abort();
    gone.signal.throwIfAborted();
    return PICTURE;
  };
  assert.equal(await draw(annotation(abandoned, gone.signal)), undefined);
  assert.equal(await draw(annotation(abandoned, gone.signal)), undefined);
  assert.equal(calls, 1);
});

test('one that is given up is answered at once, behind a slow one or in the middle', async () => {
  const draw = createAnnotator();
  let finish = () => {};
  const never = () => new Promise<typeof PICTURE>(resolve => (finish = () => resolve(PICTURE)));
  const [first, second] = [new AbortController(), new AbortController()];
  const answers = [draw(annotation(never, first.signal)), draw(annotation(async () => PICTURE, second.signal))];
  await new Promise(resolve => setImmediate(resolve));
  second.abort();
  assert.equal(await answers[1], undefined);
  first.abort();
  assert.equal(await answers[0], undefined);
  const next = draw(annotation(async () => PICTURE));
  finish();
  assert.deepEqual((await next)?.annotated, PICTURE.bytes);
});

test('the bytes of one that is given up before its turn are let go of', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const draw = createAnnotator();
  let finish = () => {};
  const slow = draw(annotation(() => new Promise<typeof PICTURE>(resolve => (finish = () => resolve(PICTURE)))));
  const [gone, stays] = [new AbortController(), new AbortController()];
  const ask = ({ signal }: AbortController) => {
    const given = { ...annotation(async () => PICTURE, signal), bytes: new Uint8Array(1000) };
    return { answer: draw(given), bytes: new WeakRef(given.bytes) };
  };
  const asked = [ask(gone), ask(stays)];
  gone.abort();
  assert.equal(await asked[0]!.answer, undefined);
  for (let i = 0; i < 5; i++) {
    await new Promise(resolve => setImmediate(resolve));
    collect();
  }
  assert.equal(asked[0]!.bytes.deref(), undefined, 'though the slow one is not done');
  assert.ok(asked[1]!.bytes.deref(), 'the other one waits for its turn');
  finish();
  await Promise.all([slow, asked[1]!.answer]);
});

test('it is said again and again that a picture is being drawn, until it is or nobody waits for it', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const draw = createAnnotator();
  let said = 0;
  const saying = { goesOn: () => (said += 1) };
  let finish = () => {};
  const slow = () => new Promise<typeof PICTURE>(resolve => (finish = () => resolve(PICTURE)));
  const turn = () => new Promise(resolve => setImmediate(resolve));
  const gone = new AbortController();

  const drawn = draw({ ...annotation(slow), ...saying });
  const behind = draw({ ...annotation(slow, gone.signal), ...saying });
  await turn();
  t.mock.timers.tick(1000);
  assert.equal(said, 4, 'four times a second, of the first alone');
  finish();
  await drawn;
  await turn();
  t.mock.timers.tick(500);
  assert.equal(said, 6, 'of the second');
  gone.abort();
  await behind;
  t.mock.timers.tick(1000);
  assert.equal(said, 6);
});
