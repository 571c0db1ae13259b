import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { TINY_BINS, TINY_DISTANCES, TINY_SIGMAS, TINY_STRIDES, tinyScore, writeTinyModel } from './tiny-model.ts';

const SIZE = 64;

async function load(slowMs = 0): Promise<InferenceSession> {
  const folder = await mkdtemp(join(tmpdir(), 'tiny-model-'));
  try {
    const manifestPath = await writeTinyModel(folder, { slowMs });
    const manifest = JSON.parse(await readFile(manifestPath, 'utf8'));
    return await InferenceSession.create(join(folder, manifest.graph.file), { intraOpNumThreads: 1 });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Two pictures: black with a red cell of stride 8 at column 5, row 2; and all white. */
function pictures(height = SIZE, width = SIZE): Tensor {
  const data = new Float32Array(2 * 3 * height * width).fill(1, 3 * height * width);
  for (let y = 16; y < 24; y++) for (let x = 40; x < 48; x++) data[y * width + x] = 1;
  return new Tensor('float32', data, [2, 3, height, width]);
}

test('scores follow colour and cover; boxes have the promised distribution', async () => {
  const session = await load();
  const out = await session.run({ input: pictures() });
  for (const stride of TINY_STRIDES) {
    const side = SIZE / stride;
    const scores = out[`cls_${stride}`];
    const boxes = out[`reg_${stride}`];
    assert.deepEqual(scores?.dims, [2, side * side, 3]);
    assert.deepEqual(boxes?.dims, [2, side * side, 4 * TINY_BINS]);
    const cell = Math.floor(16 / stride) * side + Math.floor(40 / stride);
    for (const [index, score] of (scores.data as Float32Array).entries()) {
      const isRedCell = index === cell * 3;
      if (isRedCell) assert.ok(Math.abs(score - tinyScore((8 / stride) ** 2)) < 1e-6, `stride ${stride}: ${score}`);
      else assert.ok(score < 0.05, `stride ${stride}, value ${index}: ${score}`);
    }
    const last = (boxes.data as Float32Array).subarray(-4 * TINY_BINS);
    for (const [edge, name] of (['left', 'top', 'right', 'bottom'] as const).entries()) {
      const { mean, sigma } = moments(last.subarray(edge * TINY_BINS, (edge + 1) * TINY_BINS));
      assert.ok(Math.abs(mean - TINY_DISTANCES[name]) < 1e-6, `${name} ${mean}`);
      assert.ok(Math.abs(sigma - TINY_SIGMAS[name]) < 1e-3, `${name} ${sigma}`);
    }
  }
});

test('batch, height and width are dynamic', async () => {
  const session = await load();
  const out = await session.run({ input: pictures(96, 64) });
  assert.deepEqual(out.cls_16?.dims, [2, 24, 3]);
});

test('slowMs slows every inference and changes no answer', async () => {
  const [fast, slow] = [await load(), await load(200)];
  const input = pictures();
  const [expected, actual] = [await fast.run({ input }), await slow.run({ input })];
  assert.deepEqual(actual.cls_8?.data, expected.cls_8?.data);
  const started = performance.now();
  await slow.run({ input });
  const ms = performance.now() - started;
  console.log(`slowMs 200 took ${ms.toFixed(0)} ms`);
  assert.ok(ms > 40, `${ms} ms`);
});

function moments(logits: Float32Array): { mean: number; sigma: number } {
  const weights = [...logits].map(Math.exp);
  const total = weights.reduce((a, b) => a + b);
  const mean = weights.reduce((sum, w, i) => sum + (w * i) / total, 0);
  return { mean, sigma: Math.sqrt(weights.reduce((sum, w, i) => sum + (w * (i - mean) ** 2) / total, 0)) };
}
