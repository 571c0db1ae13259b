import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { hasProc } from '../../bench/measure/process-tree.ts';
import { gauge } from '../../bench/measure/watch-service.ts';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { ASKING_FORMS, type AskingForm, type Refusal } from '../support/asking-forms.ts';
import { MOODS, send } from '../support/moody-client.ts';
import { childrenOf } from '../support/processes.ts';
import { seededRandom } from '../support/random.ts';
import { slowedDown } from '../support/slowed-down.ts';
import { tinyModels } from '../support/with-tiny-service.ts';

/**
 * Memory of bodies is used again, pictures are given to another engine when theirs dies, and clients leave at any moment: whoever gets
 * an answer gets that of the very picture it sent.
 */

/** As long as it has to be for so many engines killed and answers of each form, if that comes first. */
const SECONDS = 5;
const MOST_SECONDS = 25;
const KILLS = 2;
const ANSWERS = 1;
const CLIENTS = 12;
const KEYS = ['the-first-of-the-keys', 'the-second-of-the-keys', 'the-third-of-the-keys'];
/** All bodies together have the room of the largest one: where a byte of any is not given back, that one finds no room. */
const MOST_BYTES = 8 * 1024 * 1024;
const ENV = {
  ENGINES: '3',
  QUEUE_CAPACITY: '8',
  DEADLINE_MS: '800',
  MAX_BATCH: '2',
  API_KEYS: KEYS.join(),
  MAX_BODY_BYTES: String(MOST_BYTES),
  MAX_BUFFERED_BYTES: String(MOST_BYTES),
};
/** Of square PNGs that are not compressed: 2 kB, then 70 to 500 kB, whose memory is used again, and 5 MB. */
const SIDES = [24, 152, 240, 304, 392, 1296];
const OF_EACH_SIDE = 2;
/** Overloaded, an engine was killed, too late, or two engines died with this picture. */
const isFair = ({ status, detail }: Refusal) =>
  [429, 503, 504].includes(status) || (status === 422 && detail.includes('Engines have died of this picture'));

const random = seededRandom(20261130);
const below = (most: number) => Math.floor(random() * most);
const oneOf = <T>(things: readonly T[]): T => things[below(things.length)]!;

/** Squares of all colours, somewhere else in each. With a byte of another it does not decode; with all of them its answer is another. */
async function picture(side: number): Promise<Buffer> {
  const cell = side / 8;
  const pixels = Buffer.alloc(side * side * 3);
  for (let count = 0; count < 6; count++) {
    const [column, row, colour] = [below(8), below(8), below(3)];
    for (let y = row * cell; y < (row + 1) * cell; y++)
      for (let x = column * cell; x < (column + 1) * cell; x++) pixels[(y * side + x) * 3 + colour] = 255;
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

let service: RunningService;
let remove = async () => {};
const pictures: Buffer[] = [];
/** What is said of each picture when nothing else is going on. */
const truth = new Map<AskingForm['says'], Map<Buffer, string>>();

before(async () => {
  for (const side of SIDES) for (let count = 0; count < OF_EACH_SIDE; count++) pictures.push(await picture(side));
  const models = await tinyModels(4);
  remove = models.remove;
  service = await startService({ ...models.env, ...ENV });
  for (const form of ASKING_FORMS) {
    if (truth.has(form.says)) continue;
    const known = new Map<Buffer, string>();
    truth.set(form.says, known);
    for (const one of asked(form)) {
      let answer = await ask(form, new Array(form.pictures).fill(one), 'stays');
      // Of the largest, where the machine is busy.
      for (let times = 0; answer?.status === 504 && times < 10; times++)
        answer = await ask(form, new Array(form.pictures).fill(one), 'stays');
      assert.equal(answer?.status, 200, `${form.name}: ${answer?.body}`);
      known.set(one, form.read(answer!.body, answer!.headers)[0] as string);
    }
    assert.equal(new Set(known.values()).size, known.size, `${form.name}: no two pictures have one answer`);
  }
});
after(async () => {
  service?.process.kill('SIGKILL');
  await remove();
});

/** Drawing on large pictures takes longer than the deadline, and three of the largest have more bytes than a body may have. */
function asked({ name, pictures: each }: AskingForm): Buffer[] {
  return pictures.filter(({ length }) => length < (each > 1 || name === 'annotated' ? 1e6 : MOST_BYTES));
}

function ask(form: AskingForm, ofThese: readonly Buffer[], mood: (typeof MOODS)[number]) {
  const { headers, body } = form.write(ofThese);
  const sending = { path: form.path, headers: { ...headers, 'x-api-key': oneOf(KEYS) }, body };
  return send(service.url, form.chunked ? { ...sending, chunked: true } : sending, mood, below(60));
}

const wrong: string[] = [];
const outcomes = new Map<string, number>();
let killed = 0;

/** One client's requests, one after the other. */
async function client(goOn: () => boolean): Promise<void> {
  while (goOn()) {
    const form = oneOf(ASKING_FORMS);
    const chosen = Array.from({ length: form.pictures }, () => oneOf(asked(form)));
    // With a content of its own no picture is one that engines have died of.
    const sent = chosen.map(one => (random() < 0.7 ? Buffer.concat([one, Buffer.from(String(random()))]) : one));
    const answer = await ask(form, sent, random() < 0.7 ? 'stays' : oneOf(MOODS));
    if (answer === undefined) continue;
    const count = (what: string) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    if (answer.status !== 200) {
      count(String(answer.status));
      if (answer.status === 429) await sleep(below(40));
      const detail = answer.body.toString();
      if (!isFair({ status: answer.status, detail })) wrong.push(`${form.name} got ${answer.status}: ${detail}`);
      continue;
    }
    count(form.name);
    form.read(answer.body, answer.headers).forEach((said, index) => {
      if (said === truth.get(form.says)!.get(chosen[index]!)) return;
      if (typeof said === 'object' && isFair(said)) return;
      wrong.push(`${form.name}, ${chosen[index]!.length} bytes at ${index} got ${JSON.stringify(said).slice(0, 200)}`);
    });
  }
}

async function metric(name: string): Promise<number> {
  const answer = await fetch(`${service.url}/metrics`, { headers: { 'x-api-key': KEYS[0]! } });
  return gauge(await answer.text(), name);
}

async function serving(): Promise<number> {
  const answer = await fetch(`${service.url}/health/ready`);
  return ((await answer.json()) as { engines?: { serving: number } }).engines?.serving ?? 0;
}

/** False when it has ended by itself. */
function tell(engine: number, signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(engine, signal);
  } catch {
    return false;
  }
}

/** One engine is ended, or stands still for a while: its pictures are too late then, and what was sent it reads later. */
async function harm(): Promise<void> {
  await sleep(50 + below(400));
  if ((await serving()) < 2) return;
  const engine = oneOf(childrenOf(service.process.pid!));
  if (random() < 0.7) {
    if (tell(engine, 'SIGKILL')) killed += 1;
    return;
  }
  tell(engine, 'SIGSTOP');
  await sleep(below(1500));
  tell(engine, 'SIGCONT');
}

test('whoever gets an answer gets that of its own picture', { skip: hasProc ? false : 'reads /proc' }, async () => {
  const startedAt = performance.now();
  const goOn = () => {
    const ms = performance.now() - startedAt;
    const isEnough = killed >= KILLS && ASKING_FORMS.every(({ name }) => (outcomes.get(name) ?? 0) >= ANSWERS);
    return ms < (isEnough ? SECONDS : MOST_SECONDS) * 1000;
  };
  const clients = Array.from({ length: CLIENTS }, () => client(goOn));
  while (goOn()) await harm();
  await Promise.all(clients);
  const retried = await metric('gfl_retried_images_total');
  console.log(JSON.stringify({ killed, retried, ...Object.fromEntries(outcomes) }));
  assert.deepEqual(wrong, []);
  for (const { name } of ASKING_FORMS) assert.ok(outcomes.has(name), `${name} was never answered`);
  assert.ok(killed > 0);
});

test('afterwards there is room for a body as large as all together may be', async () => {
  const sending = { path: '/detect', headers: { 'x-api-key': KEYS[0]! }, body: Buffer.alloc(MOST_BYTES) };
  const timer = AbortSignal.timeout(Math.ceil(5000 * slowedDown()));
  let answer = await send(service.url, sending, 'stays', 0);
  while (answer?.status !== 415 && !timer.aborted) {
    await sleep(100);
    answer = await send(service.url, sending, 'stays', 0);
  }
  assert.equal(answer?.status, 415, `${answer?.body}`);
});
