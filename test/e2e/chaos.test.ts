import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chaos } from '../../bench/chaos/chaos.ts';
import { DYING } from '../../bench/chaos/torments/dying-engines.ts';
import { STANDING_STILL } from '../../bench/chaos/torments/standing-still.ts';
import { hasProc } from '../../bench/measure/process-tree.ts';
import { leaking } from '../../bench/soak/leaking.ts';
import { type SoakRequest, soakRequests } from '../../bench/soak/soak-requests.ts';
import { type Colour, squares } from '../support/squares.ts';
import { tinyModels } from '../support/with-tiny-service.ts';

/** `npm run chaos` for some seconds, with a model that takes no time; its graph is too small to be kept in a cache. */

const skip = hasProc ? false : 'reads /proc';
/** Other faults every day; the same all day. By hand: `SEED=7 node --test dist-test/test/e2e/chaos.test.js`. */
const SEED = Number(process.env.SEED || Math.floor(Date.now() / 86_400_000));
const PLAN = {
  ...{ seed: SEED, model: 'tiny', clients: 8, restEveryMs: 30_000, longestStillMs: 1500, pauseMs: 300 },
  times: { deadlineMs: 1000, hangTimeoutMs: 1500, startTimeoutMs: 6000, bodyTimeoutMs: 1000, drainTimeoutMs: 3000 },
  torments: [...DYING, ...STANDING_STILL],
};

const pictures: Buffer[] = [];
let hostile: readonly SoakRequest[];
let models: Awaited<ReturnType<typeof tinyModels>>;
before(async () => {
  hostile = (await soakRequests()).requests.filter(({ expect }) => expect !== 'result');
  models = await tinyModels(4);
  for (let at = 0; at < 5; at++) {
    const cells = (['red', 'green', 'blue'] as const).map((colour): [Colour, number, number] => [
      colour,
      at,
      (2 * at) % 7,
    ]);
    pictures.push(
      await squares(cells.slice(0, 1 + (at % 3)).map(([colour, x, y], index) => [colour, (x + index) % 8, y])),
    );
  }
});
after(() => models.remove());

function run(seconds: number, env: Record<string, string> = {}) {
  const told: string[] = [];
  const note = (line: string) => told.push(line);
  const all = { ...models.env, ENGINES: '2', ...env };
  return chaos({ ...PLAN, seconds, pictures, hostile, env: all, note }).then(result => ({ ...result, told }));
}

test('random faults: every answer is the known one, every refusal has its reason, and nothing is left', {
  skip,
}, async t => {
  const { flaws, exchanges, torments, deaths, looks, told } = await run(5);
  t.diagnostic(`seed ${SEED}: ${exchanges.length} requests, ${deaths} engines died; ${JSON.stringify([...torments])}`);
  assert.deepEqual(flaws, [], told.join('\n'));
  assert.ok(exchanges.filter(({ status }) => status === 200).length > 50 && looks > 3, 'hardly anything was asked');
  assert.ok(torments.size > 0);
});

test('an answer that changes is found out', { skip }, async () => {
  const { flaws } = await run(0.5, leaking('answers'));
  assert.match(flaws.join('\n'), /another answer for picture 0: .*"score"/);
});
