import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dangerousPicture, dangerousToDecode } from '../support/dangerous-picture.ts';
import { startDangerousService } from '../support/dangerous-service.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** What the notes of the real engine process (`src/engine/progress.ts`) say of pictures when it is killed. */

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-retried-'));
  await writeTinyModel(path.join(folder, 'tiny'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** `decodes`: pictures that begin to be decoded before the engine is killed. Only `hold` lets it hear of those behind. */
const CASES: [name: string, first: () => Promise<Buffer>, decodes: number][] = [
  ['in an inference that blocks it, those behind were not begun', () => dangerousPicture('loop'), 1],
  ['in a decoder that blocks it, those behind were not begun', () => dangerousToDecode('loop'), 1],
  ['in an inference, those behind are decoded', () => dangerousPicture('hold'), 3],
];

for (const [name, first, decodes] of CASES) {
  test(`kill -9 with one picture ${name}: it is 503, they are answered`, async t => {
    const service = await startDangerousService(folder, { ENGINES: '1' });
    t.after(() => service.stop());
    const decoded = () => service.output().match(/"output":"decodes"/g)?.length ?? 0;
    const atStart = decoded();
    const [engine] = service.enginePids();
    const atWork = service.post(await first());
    await service.until(() => decoded() === atStart + 1, 'the first begins to be decoded');
    await sleep(100); // and is where it blocks
    const ordinary = await Promise.all([dangerousPicture(), dangerousPicture()]);
    const behind = ordinary.map(picture => service.post(picture));
    await service.until(async () => (await service.metric('gfl_in_flight')) === 3, 'three inside');
    await service.until(() => decoded() === atStart + decodes, 'those behind begin to be decoded');
    if (decodes === 3) await sleep(500); // and are
    process.kill(engine!, 'SIGKILL');
    const outcomes = await Promise.all([atWork, ...behind]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      [503, 200, 200],
    );
    assert.equal(await service.metric('gfl_retried_images_total'), 2);
    assert.equal(await service.metric('gfl_engine_restarts_total{reason="killed"}'), 1);
  });
}
