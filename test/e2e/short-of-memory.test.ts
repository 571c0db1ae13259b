import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { bytesOf } from '../../src/proc/proc-files.ts';
import { dangerousPicture, dangerousToDecode } from '../support/dangerous-picture.ts';
import { type DangerousService, startDangerousService } from '../support/dangerous-service.ts';
import { missing } from '../support/has-tool.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** The real service with one engine that gets no memory for a picture: what its libraries say in words, and what the system does. */

/** 100 MB as it is decoded, since an interlaced PNG is held as a whole; the engine may have half of that. */
const SIDE = 5000;
const ROOM_BYTES = 50 * 1024 * 1024;

let folder: string;
let service: DangerousService;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-short-'));
  await writeTinyModel(path.join(folder, 'tiny'));
  service = await startDangerousService(folder, { ENGINES: '1', MAX_BATCH: '4', DEADLINE_MS: '20000' });
});
after(async () => {
  assert.equal(await service.stop(), 0, 'the service did not stop cleanly');
  await rm(folder, { recursive: true, force: true });
});

/** What became of a picture, as its client sees it. */
async function post(picture: Uint8Array) {
  const response = await fetch(`${service.url}/detect`, { method: 'POST', body: picture });
  const { detail } = (await response.json()) as { detail?: string };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), detail };
}

const SHORT = {
  status: 503,
  retryAfter: '1',
  detail: 'The engine had too little memory for this picture; send it again.',
};
const shortages = () => service.output().split('"msg":"engine short of memory"').length - 1;

for (const [where, make] of [
  ['decoder', dangerousToDecode],
  ['inference', dangerousPicture],
] as const) {
  test(`no memory in the ${where}: 503 each time it comes, the engine stays, and a line says why`, async () => {
    const [engine] = service.enginePids();
    const linesBefore = shortages();
    const picture = await make('short');
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(await post(picture), SHORT);
      assert.equal((await post(await dangerousPicture())).status, 200);
    }
    assert.deepEqual(service.enginePids(), [engine]);
    assert.equal(await service.metric('gfl_quarantined_images'), 0);
    await service.until(() => shortages() === linesBefore + 3, 'three lines in the log');
    assert.match(service.output(), /"level":50,[^\n]*Failed to allocate memory[^\n]*"msg":"engine short of memory"/);
  });
}

test('no memory for a batch: each of its pictures is run by itself', async () => {
  const held = post(await dangerousPicture('hold'));
  await sleep(500); // the others are decoded and wait for it
  const pictures = await Promise.all(
    [undefined, undefined, 'short', undefined].map(deed => dangerousPicture(deed as 'short')),
  );
  const answers = await Promise.all(pictures.map(post));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 503, 200],
  );
  assert.equal((await held).status, 200);
});

test('what an engine really gets no memory for is 503; three in a row, and a new engine decodes it', {
  skip: missing('prlimit'),
}, async () => {
  const create = { width: SIDE, height: SIDE, channels: 4 as const, background: '#2468ac80' };
  const large = await sharp({ create }).png({ progressive: true }).toBuffer();
  const small = await sharp({ create: { ...create, width: 64, height: 64 } })
    .png({ progressive: true })
    .toBuffer();
  assert.equal((await post(small)).status, 200);
  const [engine] = service.enginePids();
  const allowed = bytesOf(`/proc/${engine}/status`, 'VmSize')! + ROOM_BYTES;
  execFileSync('prlimit', [`--pid=${engine}`, `--as=${allowed}`]);

  assert.deepEqual(await post(large), SHORT);
  assert.equal((await post(small)).status, 200);
  for (let round = 0; round < 3; round++) assert.deepEqual(await post(large), SHORT);
  const replaced = 'gfl_engine_restarts_total{reason="out_of_memory"}';
  await service.until(async () => (await service.metric(replaced)) === 1, 'replaced');
  await service.until(async () => (await service.serving()) === 1, 'there again');
  assert.equal((await post(large)).status, 200);
  assert.equal(await service.metric('gfl_quarantined_images'), 0);
});
