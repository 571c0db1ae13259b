import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { startEngine } from '../../src/engine/engine.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { simulateForks } from './simulated-forks.ts';

/** An engine whose process says and does only what the test lets it. What real processes do is tested by `pool` and its kin. */

/** Linux counts processes to 4,194,304. */
const NO_PID = 5_000_000;

function engineByHand(t: TestContext) {
  const child = Object.assign(new EventEmitter(), {
    pid: NO_PID,
    stdout: null,
    stderr: null,
    stdio: [null, null, null, null, new PassThrough().resume()],
    send: () => {},
    kill: () => {},
  });
  const restore = simulateForks(() => ({ process: child }));
  let changes = 0;
  const ignore = () => {};
  const engine = startEngine({
    number: 1,
    entry: new URL(import.meta.url),
    start: {} as never,
    decodeThreads: 1,
    startTimeoutMs: 1000,
    hangTimeoutMs: 1000,
    log: { info: ignore, warn: ignore, error: ignore },
    onReady: ignore,
    onChange: () => {
      changes += 1;
    },
    onEnd: ignore,
  });
  restore();
  t.after(() => child.emit('close', null, 'SIGKILL'));
  child.emit('message', { type: 'ready' });
  return { engine, child, changes: () => changes };
}

test('it is said that an engine takes no more pictures when it is killed, not only when its process is gone', t => {
  const { engine, changes } = engineByHand(t);
  const before = changes();
  engine.kill('hang', 'on purpose');
  assert.equal(engine.state, 'stopped');
  assert.equal(changes(), before + 1);
});

test('a picture that met a bug is not kept', async t => {
  const { engine, child } = engineByHand(t);
  const outcome = { ok: false, code: 'internal', message: 'a bug' };
  async function meetBug(): Promise<WeakRef<Buffer>> {
    const bytes = Buffer.alloc(1000);
    const answer = engine.detect({ model: 'fake', bytes, options: {} }, false);
    child.emit('message', { type: 'answer', id: 1, outcome });
    await assert.rejects(answer, { code: 'internal' });
    return new WeakRef(bytes);
  }
  const picture = await meetBug();
  assert.ok(await collectGarbage(() => picture.deref() === undefined));
});
