import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import sharp from 'sharp';
import { squares } from '../support/squares.ts';
import { startTinyService } from '../support/tiny-service.ts';
import { byteTensor, type TritonRequest, tritonRequest, tritonResult } from '../support/triton-client.ts';

/** DeepStack and the Open Inference Protocol over the wire, with real engines, on a graph whose detections are known. */

const service = await startTinyService();
/** Slow enough that what comes meanwhile shares a batch. */
const batching = await startTinyService({ MAX_BATCH: '4' }, { slowMs: 100 });
const red = await squares([['red', 2, 2]]);
const both = await squares([
  ['red', 2, 2],
  ['blue', 5, 3],
]);

async function infer({ headers, payload }: TritonRequest, { url } = service) {
  const response = await fetch(`${url}/v2/models/tiny/infer`, { method: 'POST', headers, body: payload });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (response.status !== 200) throw new Error(`${response.status}: ${bytes}`);
  return tritonResult(bytes, Object.fromEntries(response.headers));
}

const pictures = (...raw: Buffer[]) => [
  { name: 'image', shape: [raw.length], datatype: 'BYTES', raw: byteTensor(raw) },
];

/** The network input of the tiny model, made outside: (3, 64, 64), red first, 0..1. */
async function networkInput(picture: Buffer): Promise<Float32Array> {
  const pixels = await sharp(picture).removeAlpha().raw().toBuffer();
  const values = new Float32Array(3 * 64 * 64);
  for (let i = 0; i < 64 * 64; i++) for (let c = 0; c < 3; c++) values[c * 4096 + i] = pixels[i * 3 + c]! / 255;
  return values;
}

test('pictures of one request are answered in their order', async () => {
  const result = await infer(tritonRequest(pictures(both, red, await squares([]))));
  assert.deepEqual(result.as('num_detections'), [2, 1, 0]);
  assert.equal(result.as('labels')!.filter(label => label === 'blue').length, 1);
  assert.deepEqual(result.as('labels')!.slice(2, 4), ['red', '']);
  assert.deepEqual(result.as('boxes')!.slice(8, 12), [12, 8, 36, 44].map(Math.fround));
  assert.deepEqual(result.as('uncertainty')!.slice(8, 12), [0, 4, 0, 8].map(Math.fround));
});

test('network input gives what its picture gives, together with pictures and alone', async () => {
  const both64 = await networkInput(both);
  const red64 = await networkInput(red);
  const raw = Buffer.concat([Buffer.from(both64.buffer), Buffer.from(red64.buffer)]);
  const tensors = tritonRequest([{ name: 'input', shape: [2, 3, 64, 64], datatype: 'FP32', raw }]);
  const [ofTensors, ofPictures] = await Promise.all([infer(tensors), infer(tritonRequest(pictures(both, red)))]);
  for (const name of ['num_detections', 'boxes', 'scores', 'class_ids', 'labels', 'uncertainty', 'image_size']) {
    assert.deepEqual(ofTensors.as(name), ofPictures.as(name), name);
  }
  const flat = { name: 'input', shape: [1, 3, 64, 64], datatype: 'FP32', data: Array.from(red64) };
  const alone = await infer(tritonRequest([flat], { outputs: [{ name: 'labels', binary: false }] }));
  assert.deepEqual(alone.as('labels'), ['red']);
});

test('a smaller network input is taken where the model allows it', async () => {
  const values = new Float32Array(3 * 32 * 64).fill(0);
  const input = { name: 'input', shape: [1, 3, 32, 64], datatype: 'FP32', raw: Buffer.from(values.buffer) };
  const result = await infer(tritonRequest([input]));
  assert.deepEqual(result.as('image_size'), [64, 32]);
});

for (const [width, height] of [
  [33, 32],
  [96, 32],
  [16, 16],
] as const) {
  test(`a network input of ${width}x${height} is refused`, async () => {
    const raw = Buffer.alloc(3 * width * height * 4);
    const input = { name: 'input', shape: [1, 3, height, width], datatype: 'FP32', raw };
    await assert.rejects(infer(tritonRequest([input])), /^Error: 400: .*multiples of 32 up to 64, not/);
  });
}

for (const value of [Number.NaN, Infinity, -Infinity]) {
  test(`network input with a ${value} is refused, and the engine goes on`, async () => {
    const values = new Float32Array(3 * 64 * 64).fill(0.5).fill(value, 5000, 5001);
    const input = { name: 'input', shape: [1, 3, 64, 64], datatype: 'FP32', raw: Buffer.from(values.buffer) };
    await assert.rejects(infer(tritonRequest([input])), /^Error: 400: .*no finite numbers/);
    assert.deepEqual((await infer(tritonRequest(pictures(red)))).as('num_detections'), [1]);
  });
}

test('network input that overflows in the network is refused, and the others of its batch are answered', async () => {
  const of = (value: number) => {
    const raw = Buffer.from(new Float32Array(3 * 64 * 64).fill(value).buffer);
    return infer(tritonRequest([{ name: 'input', shape: [1, 3, 64, 64], datatype: 'FP32', raw }]), batching);
  };
  const answers = await Promise.allSettled([0, 0, 3e38, 0, 3e38, 0, 0, 0].map(of));
  const said = answers.map(answer => (answer.status === 'fulfilled' ? 'answered' : String(answer.reason).slice(0, 10)));
  assert.deepEqual(said.sort(), [...Array(2).fill('Error: 400'), ...Array(6).fill('answered')]);
  for (const answer of answers)
    if (answer.status === 'rejected') assert.match(String(answer.reason), /makes no finite/);
});

const python = ['/opt/pyv/bin/python', 'python3'].find(
  command => spawnSync(command, ['-c', 'import requests'], { stdio: 'ignore' }).status === 0,
);
const noPython = python === undefined && 'no Python with requests here';

/** As deepstack-python posts it (deepstack/core.py@06ca9152 `post_image`), which Home Assistant and Frigate do likewise. */
const POST = `
import json, sys, requests
url, key, confidence = sys.argv[1:]
data = {"api_key": key}
if confidence: data["min_confidence"] = float(confidence)
response = requests.post(url, files={"image": sys.stdin.buffer.read()}, data=data, timeout=10)
print(json.dumps([response.status_code, response.json()]))
`;

test('DeepStack: Python requests finds the squares', { skip: noPython }, async () => {
  const run = async (path: string, confidence: string) => {
    const child = spawn(python!, ['-c', POST, `${service.url}${path}`, '', confidence]);
    child.stdin.end(both);
    let stdout = '';
    child.stdout.on('data', data => (stdout += data));
    await new Promise(resolve => child.on('close', resolve));
    return JSON.parse(stdout);
  };
  const [status, { success, predictions }] = await run('/v1/vision/detection', '0.5');
  assert.deepEqual([status, success, predictions.length], [200, true, 2]);
  const square = predictions.find(({ label }: { label: string }) => label === 'red');
  assert.deepEqual(
    { ...square, confidence: 1 },
    { label: 'red', confidence: 1, x_min: 12, y_min: 8, x_max: 36, y_max: 44 },
  );
  assert.equal((await run('/v1/vision/custom/tiny', ''))[1].count, 2);
  assert.equal((await run('/v1/vision/detection', '0.999'))[1].count, 0);
});
