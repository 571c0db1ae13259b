import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { addWeights } from '../../bench/add-weights.ts';
import { compareDetections, type Found } from '../../bench/agreement.ts';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { eachInParallel } from '../../src/cli/each-in-parallel.ts';
import { childrenOf } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';

/** The same picture gives the same answer, whoever works on it, beside whatever, and whenever. */

const COCO = '../shared/data/coco-val-128/images';
const WEIGHTS = '../shared/weights/nanodet-plus-m_416.onnx';
const SCORE_TOLERANCE = 1e-4;
const PIXEL_TOLERANCE = 0.05;
/** Low, so that there is much to compare, and every bin of every edge. */
const SCORE_THRESHOLD = 0.05;
const QUERY = `score_threshold=${SCORE_THRESHOLD}&include=distribution`;

/** Pieces of the samples in many sizes, formats and orientations, and some of COCO where it is there. */
async function pictures(): Promise<Buffer[]> {
  const random = seededRandom(8);
  const between = (low: number, high: number) => Math.round(low + random() * (high - low));
  const made: Buffer[] = ['samples/astronaut.jpg', 'samples/motorcycle.jpg'].map(file => readFileSync(file));
  for (const sample of [...made]) {
    const { width, height } = await sharp(sample).metadata();
    for (let piece = 0; piece < 4; piece++) {
      const size = { width: between(width / 3, width), height: between(height / 3, height) };
      const left = between(0, width - size.width);
      const top = between(0, height - size.height);
      const image = sharp(sample).extract({ ...size, left, top });
      if (piece === 0) made.push(await image.png().toBuffer());
      else if (piece === 1) made.push(await image.webp({ quality: 85 }).toBuffer());
      else
        made.push(
          await image
            .withMetadata({ orientation: between(1, 8) })
            .jpeg()
            .toBuffer(),
        );
    }
  }
  if (!existsSync(COCO)) return made;
  const files = readdirSync(COCO).sort().slice(0, 6);
  return [...made, ...files.map(file => readFileSync(path.join(COCO, file)))];
}

let given: Buffer[];
let folder: string;
before(async () => {
  given = await pictures();
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-truth-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** The body of an answer but for the request's id. */
async function ask({ url }: RunningService, picture: Buffer): Promise<string> {
  for (;;) {
    const response = await fetch(`${url}/detect?${QUERY}`, { method: 'POST', body: picture });
    const text = await response.text();
    const { request_id, code } = JSON.parse(text) as { request_id: string; code?: string };
    assert.equal(request_id, response.headers.get('x-request-id'));
    if (response.status === 200) return text.replace(request_id, '');
    // Only where an engine has just been killed.
    assert.equal(code, 'unavailable', text);
    await sleep(100);
  }
}

/** Every picture `copies` times, at most `width` at once; all answers of one picture must be `expected`. */
async function assertSame(service: RunningService, expected: string[], width: number, copies: number, when: string) {
  const order = given.flatMap((_, index) => Array.from({ length: copies }, () => index));
  const different: string[] = [];
  await eachInParallel(order, width, async index => {
    const answer = await ask(service, given[index]!);
    if (answer !== expected[index]) different.push(`picture ${index}, ${when}:\n${answer}\n${expected[index]}`);
  });
  assert.deepEqual(different, []);
}

const models: [name: string, skip: string | false][] = [
  ['nanodet-g', false],
  ['nanodet-plus', !existsSync(WEIGHTS) && `${WEIGHTS} is not there`],
];
for (const [model, skip] of models) {
  describe(model, { skip }, () => {
    const expected: string[] = [];
    let env: Record<string, string>;

    before(async () => {
      const modelsDir = model === 'nanodet-g' ? 'models' : folder;
      if (model !== 'nanodet-g') await addWeights(model, WEIGHTS, folder);
      env = { MODELS_DIR: modelsDir, MODEL: model, PROVIDER: 'cpu', DEADLINE_MS: '60000', ENGINES: '2' };
    });

    test('the same bytes at any concurrency, on every engine, before and after their death and a restart', async t => {
      const service = await startService(env);
      try {
        for (const picture of given) expected.push(await ask(service, picture));
        const found = expected.map(text => (JSON.parse(text).detections as unknown[]).length);
        assert.ok(found.reduce((sum, count) => sum + count, 0) > 5 * given.length, 'hardly anything to compare');
        for (const [width, copies] of [
          [1, 1],
          [2, 2],
          [16, 2],
        ] as const) {
          await assertSame(service, expected, width, copies, `${width} at once`);
        }
        const before = childrenOf(service.process.pid!);
        for (const pid of before) process.kill(pid, 'SIGKILL');
        await assertSame(service, expected, 1, 1, 'after the engines were killed');
        while (childrenOf(service.process.pid!).length < 2) await sleep(20);
        await assertSame(service, expected, 4, 1, 'by the engines that replaced them');
        assert.ok(!childrenOf(service.process.pid!).some(pid => before.includes(pid)));
      } finally {
        await service.stop();
      }
      const ownCache = await mkdtemp(path.join(folder, 'cache-'));
      for (const [what, more] of [
        ['one engine', { ENGINES: '1' }],
        ['two engines', { ENGINES: '2' }],
        ['graphs optimised anew', { ENGINES: '2', CACHE_DIR: ownCache }],
      ] as const) {
        const again = await startService({ ...env, ...more });
        try {
          await assertSame(again, expected, 3, 1, `after a restart, ${what}`);
        } finally {
          await again.stop();
        }
      }
      t.diagnostic(`${given.length} pictures, ${expected.join('').length} characters, 10 times each: the same bytes`);
    });

    test('inside a batch with others: the same detections, scores within 1e-4, edges within 0.05 px', async t => {
      const service = await startService({ ...env, ENGINES: '1', MAX_BATCH: '4', INPUT_SHAPE: 'fixed' });
      const detectionsOf = (texts: readonly string[]) => texts.map(text => JSON.parse(text).detections as Found[]);
      try {
        const alone: string[] = [];
        for (const picture of given) alone.push(await ask(service, picture));
        const rounds = 2;
        const together: string[] = [];
        const order = Array.from({ length: rounds * given.length }, (_, index) => index);
        await eachInParallel(order, 16, async index => {
          together[index] = await ask(service, given[index % given.length]!);
        });
        const metrics = await (await fetch(`${service.url}/metrics`)).text();
        const batches = (size: string) => {
          const line = `gfl_batch_size_bucket{le="${size}",model="${model}"} `;
          return Number(
            metrics
              .split('\n')
              .find(one => one.startsWith(line))
              ?.slice(line.length),
          );
        };
        const [single, all] = [batches('1'), batches('+Inf')];
        const left = Array.from({ length: rounds }, () => detectionsOf(alone)).flat();
        const compared = compareDetections(left, detectionsOf(together), SCORE_THRESHOLD);
        const score = Math.max(...compared.scoreDifferences);
        const pixels = Math.max(...compared.boxDifferences);
        t.diagnostic(
          `${all - single} of ${together.length} pictures in a batch with others, ${compared.matched} detections: ` +
            `largest difference ${score} in score, ${pixels} px`,
        );
        assert.ok(all - single > together.length / 2, 'hardly any batches: this shows nothing');
        assert.deepEqual([compared.matched, compared.matched], [compared.left, compared.right], 'the same detections');
        assert.ok(score <= SCORE_TOLERANCE && pixels <= PIXEL_TOLERANCE);
      } finally {
        await service.stop();
      }
    });
  });
}
