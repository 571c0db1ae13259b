import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RestartReason } from '../../src/engine/pool-types.ts';
import { dangerousPicture, dangerousToDecode, WAIT_MS } from '../support/dangerous-picture.ts';
import { type DangerousService, type Outcome, startDangerousService } from '../support/dangerous-service.ts';
import { isAlive } from '../support/processes.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** The real service while its engines die in the middle of their work. */

const DEADLINE_MS = 1000;
const WHOLE_WITHIN_MS = 3000;

let folder: string;
let service: DangerousService;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-deaths-'));
  await writeTinyModel(path.join(folder, 'tiny'));
  service = await startDangerousService(folder, { DEADLINE_MS: `${DEADLINE_MS}`, HANG_TIMEOUT_MS: '1300' });
  await service.until(async () => (await service.serving()) === 2, 'both engines are ready');
});
after(async () => {
  assert.equal(await service.stop(), 0, 'the service did not stop cleanly');
  await rm(folder, { recursive: true, force: true });
});

/** Four clients that send ordinary pictures, 80 a second at most, until they are told to stop. */
function ordinaryLoad() {
  const outcomes: Outcome[] = [];
  let stop = false;
  const clients = Array.from({ length: 4 }, async () => {
    while (!stop) {
      outcomes.push(await service.post(await dangerousPicture()));
      await sleep(50);
    }
  });
  return async () => {
    stop = true;
    await Promise.all(clients);
    return outcomes;
  };
}

const deaths: Record<string, { picture: () => Promise<Buffer>; reason: RestartReason }> = {
  'SIGSEGV in an inference': { picture: () => dangerousPicture('SIGSEGV'), reason: 'crash' },
  'SIGSEGV in the decoder': { picture: () => dangerousToDecode('SIGSEGV'), reason: 'crash' },
  abort: { picture: () => dangerousPicture('abort'), reason: 'crash' },
  SIGKILL: { picture: () => dangerousPicture('SIGKILL'), reason: 'killed' },
  'out of memory': { picture: () => dangerousPicture('heap'), reason: 'out_of_memory' },
  'an endless loop': { picture: () => dangerousPicture('loop'), reason: 'hang' },
};
for (const [name, { picture, reason }] of Object.entries(deaths)) {
  test(`${name}: others are answered, the service is whole within 3 s, the third time is refused`, async t => {
    const dangerous = await picture();
    const restarts = () => service.metric(`gfl_engine_restarts_total{reason="${reason}"}`);
    const before = await restarts();
    const finish = ordinaryLoad();
    await sleep(100);
    const seen: Outcome[] = [];
    for (const death of [1, 2]) {
      seen.push(await service.post(dangerous));
      await service.until(async () => (await restarts()) === before + death, 'an engine has died');
      const wholeMs = await service.until(async () => (await service.serving()) === 2, 'whole');
      t.diagnostic(`death ${death}: ${seen.at(-1)!.status}, whole ${wholeMs.toFixed(0)} ms later`);
      assert.ok(wholeMs < WHOLE_WITHIN_MS * slowedDown());
    }
    seen.push(await service.post(dangerous));
    const others = await finish();

    const failed = others.filter(({ status }) => status !== 200);
    t.diagnostic(`${others.length} other pictures, ${failed.length} failed`);
    assert.ok(others.length > 20, 'hardly any load: this shows nothing');
    // Of each engine that died: one running and two in the decoder, less the picture itself.
    assert.ok(failed.length <= 4, JSON.stringify(failed));
    const wanted = reason === 'hang' ? ['unavailable', 'deadline_exceeded'] : ['unavailable'];
    for (const { code } of failed) assert.ok(wanted.includes(code!), code);

    const statuses = seen.map(({ status }) => status);
    assert.deepEqual(statuses, reason === 'hang' ? [504, 504, 422] : [503, 422, 422]);
    assert.equal(await restarts(), before + 2);
    if (reason === 'hang') {
      const late = seen.slice(0, 2).map(({ ms }) => ms - DEADLINE_MS);
      t.diagnostic(`504 after ${late.map(ms => ms.toFixed(0)).join(' and ')} ms past the deadline`);
      for (const ms of late) assert.ok(ms < 250, `${ms} ms late`);
    }
  });
}

test('refusals and pictures that are refused are counted', async () => {
  assert.equal(await service.metric('gfl_quarantined_images'), Object.keys(deaths).length);
  assert.ok((await service.metric('gfl_rejected_total{reason="quarantined"}')) >= Object.keys(deaths).length);
  assert.equal(await service.metric('gfl_engines_crash_looping'), 0);
});

test('both engines hang: everyone gets 504 within 250 ms of the deadline, and the service is whole again', async t => {
  const dangerous = await Promise.all([dangerousPicture('loop'), dangerousPicture('loop')]);
  const ordinary = await Promise.all(Array.from({ length: 20 }, () => dangerousPicture()));
  const answers: Promise<Outcome>[] = [];
  for (const picture of dangerous) {
    answers.push(service.post(picture));
    await sleep(50);
  }
  const hung = () => service.metric('gfl_engine_restarts_total{reason="hang"}');
  const before = await hung();
  const behind = await Promise.all([...answers, ...ordinary.map(picture => service.post(picture))]);
  const late = Math.max(...behind.map(({ ms }) => ms)) - DEADLINE_MS;
  const wholeMs = await service.until(async () => {
    return (await hung()) === before + 2 && (await service.serving()) === 2;
  }, 'whole');
  t.diagnostic(
    `22 times 504, at the latest ${late.toFixed(0)} ms past the deadline; whole ${wholeMs.toFixed(0)} ms later`,
  );
  assert.deepEqual(new Set(behind.map(({ status }) => status)), new Set([504]));
  assert.ok(late < 250 && wholeMs < WHOLE_WITHIN_MS * slowedDown());
  assert.equal((await service.post(await dangerousPicture())).status, 200);
});

test('clients that leave free their places in the queue, and their pictures are never decoded', async t => {
  const alone = await startDangerousService(folder, { ENGINES: '1', QUEUE_CAPACITY: '20' });
  t.after(() => alone.stop());
  const decoded = () => alone.output().match(/"output":"decodes"/g)?.length ?? 0;
  const atStart = decoded();
  const slow = await Promise.all(Array.from({ length: 3 }, () => dangerousPicture('wait')));
  const inside = slow.map(picture => alone.post(picture));
  await alone.until(async () => (await alone.metric('gfl_in_flight')) === 3, 'three inside');
  const leaving = new AbortController();
  const queued = await Promise.all(Array.from({ length: 20 }, () => dangerousPicture()));
  const gone = queued.map(picture => assert.rejects(alone.post(picture, leaving.signal), { name: 'AbortError' }));
  await alone.until(async () => (await alone.metric('gfl_queue_depth')) === 20, 'the queue is full');
  assert.equal((await alone.post(await dangerousPicture())).status, 429);
  leaving.abort();
  await Promise.all(gone);
  const freedMs = await alone.until(async () => (await alone.metric('gfl_queue_depth')) === 0, 'the queue is empty');
  const last = alone.post(await dangerousPicture());
  assert.ok((await Promise.all([...inside, last])).every(({ status }) => status === 200));
  t.diagnostic(
    `places free after ${freedMs.toFixed(0)} ms, while a picture of ${WAIT_MS} ms ran; ${decoded() - atStart} decoded`,
  );
  assert.ok(freedMs < WAIT_MS / 2);
  assert.equal(decoded() - atStart, 4, 'three slow ones and the last');
  assert.equal(await alone.metric('gfl_rejected_total{reason="client_gone"}'), 20);
  assert.equal(await alone.metric('gfl_images_total{model="tiny",outcome="client_gone"}'), 20);
});

test('a crash loop backs off, shows in readiness and metrics, and ends when its cause does', async t => {
  // Not its graph alone: engines start without that from the cache, as long as it was seen to be the same.
  const model = path.join(folder, 'tiny');
  const away = `${folder}.away`;
  await rename(model, away);
  t.after(() => rename(away, model).catch(() => {}));
  for (const pid of service.enginePids()) process.kill(pid, 'SIGKILL');
  await service.until(async () => (await service.metric('gfl_engines_crash_looping')) === 2, 'both loop');
  const ready = await fetch(`${service.url}/health/ready`);
  assert.deepEqual([ready.status, ready.headers.get('retry-after')], [503, '5']);
  assert.match(((await ready.json()) as { detail: string }).detail, /engines die again and again/);
  const refused = await service.post(await dangerousPicture());
  assert.deepEqual([refused.status, refused.code], [503, 'unavailable']);
  assert.equal((await fetch(`${service.url}/health/live`)).status, 200);

  const failed = () => service.metric('gfl_engine_restarts_total{reason="load_failed"}');
  await service.until(async () => (await failed()) >= 4, 'tried again');
  const starts = await failed();
  await sleep(900);
  const more = (await failed()) - starts;
  t.diagnostic(`${more} starts in the next 0.9 s`);
  assert.ok(more <= 3, 'it does not back off');

  await rename(away, model);
  await service.until(async () => (await service.serving()) === 2, 'whole again');
  assert.equal((await service.post(await dangerousPicture())).status, 200);
  assert.equal((await service.post(await dangerousPicture())).status, 200);
});

const ends: Record<string, { provoke: string; expected: [code: number | null, signal: string | null] }> = {
  'a native fault': { provoke: 'process.kill(process.pid, "SIGSEGV")', expected: [null, 'SIGSEGV'] },
  abort: { provoke: 'process.abort()', expected: [null, 'SIGABRT'] },
  'an error that nobody caught': { provoke: 'throw new Error("planted")', expected: [1, null] },
  'a rejection that nobody caught': { provoke: 'void Promise.reject(new Error("planted"))', expected: [1, null] },
};
for (const [name, { provoke, expected }] of Object.entries(ends)) {
  test(`the service itself, ${name}: it ends, its engines with it, even one that hangs`, async t => {
    const bug = `if (!process.send) process.once("SIGWINCH", () => { ${provoke} })`;
    const hooks = [new URL('../support/with-dangerous-engines.js', import.meta.url).href];
    hooks.push(`data:text/javascript,${encodeURIComponent(bug)}`);
    const doomed = await startDangerousService(folder, {
      NODE_OPTIONS: hooks.map(hook => `--import=${hook}`).join(' '),
      DRAIN_TIMEOUT_MS: '1000',
    });
    t.after(() => doomed.process.kill('SIGKILL'));
    const engines = doomed.enginePids();
    const hangs = doomed.post(await dangerousPicture('loop')).catch(() => {});
    await doomed.until(async () => (await doomed.metric('gfl_in_flight')) === 1, 'inside');
    const ended = once(doomed.process, 'exit');
    const startedAt = performance.now();
    doomed.process.kill('SIGWINCH');
    assert.deepEqual(await ended, expected);
    const endedMs = performance.now() - startedAt;
    await hangs;
    const goneMs = await doomed.until(() => !engines.some(isAlive), 'the engines are gone');
    t.diagnostic(`ended after ${endedMs.toFixed(0)} ms, its engines ${goneMs.toFixed(0)} ms later`);
    assert.ok(endedMs < 2000 * slowedDown() && goneMs < 1000 * slowedDown());
  });
}
