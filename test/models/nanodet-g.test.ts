import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createDetector, type GridManifest, loadManifest } from '../../src/detector/index.ts';
import { decodeModel, OPSET } from '../../src/onnx/model.ts';

const folder = fileURLToPath(new URL('../../../models/nanodet-g', import.meta.url));
const manifestPath = join(folder, 'model.json');
const bytes = await readFile(join(folder, 'model.onnx'));
const model = decodeModel(bytes);
const graph = model.graph!;

test('the graph is the one that the manifest describes', async () => {
  const { manifest, labels } = await loadManifest(manifestPath);
  assert.equal(createHash('sha256').update(bytes).digest('hex'), manifest.graph.sha256);
  assert.equal(labels.length, 80);
  const shapes = Object.fromEntries(
    [...graph.input, ...graph.output].map(({ name, type }) => {
      const dims = type?.value.case === 'tensorType' ? (type.value.value.shape?.dim ?? []) : [];
      return [name, dims.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : value.value))];
    }),
  );
  assert.deepEqual(shapes, {
    input: ['batch', 3, 'height', 'width'],
    cls_8: ['batch', 'points_8', 80],
    reg_8: ['batch', 'points_8', 44],
    cls_16: ['batch', 'points_16', 80],
    reg_16: ['batch', 'points_16', 44],
    cls_32: ['batch', 'points_32', 80],
    reg_32: ['batch', 'points_32', 44],
  });
});

test('the graph is clean: pads and biases in Conv, transposes only for the outputs, nothing unused', () => {
  const counts: Record<string, number> = {};
  for (const { opType } of graph.node) counts[opType] = (counts[opType] ?? 0) + 1;
  assert.deepEqual(counts, {
    Conv: 34,
    LeakyRelu: 28,
    Concat: 12,
    MaxPool: 1,
    Resize: 4,
    Add: 4,
    Split: 3,
    Sigmoid: 3,
    Reshape: 6,
    Transpose: 6,
  });
  for (const node of graph.node) {
    if (node.opType === 'Conv') assert.equal(node.input.length, 3, `${node.name} has no bias`);
    if (node.opType === 'Transpose')
      assert.ok(
        graph.output.some(({ name }) => name === node.output[0]),
        node.name,
      );
  }
  const used = new Set([...graph.node.flatMap(node => node.input), ...graph.output.map(output => output.name)]);
  const made = [...graph.initializer.map(({ name }) => name), ...graph.node.flatMap(node => node.output)];
  assert.deepEqual(
    made.filter(name => !used.has(name)),
    [],
  );
  assert.equal(new Set(made).size, made.length);
  assert.ok(model.opsetImport.every(({ domain, version }) => domain === '' && version === BigInt(OPSET)));
});

test('the graph carries its licence and source', () => {
  const metadata = Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  assert.equal(metadata.license, 'Apache-2.0');
  assert.equal(metadata.source, 'https://github.com/RangiLyu/nanodet');
  assert.match(metadata.weights ?? '', /@vladmandic\/human-models 3\.0\.4/);
  assert.equal(model.producerName, 'gfl-serve model-builder');
});

test('the self-check passes', async () => {
  const detector = await createDetector(manifestPath);
  await detector.close();
});

const mistakes: Record<string, (manifest: GridManifest) => void> = {
  'colours in the other order': ({ input }) => {
    input.colour = 'rgb';
  },
  'mean in the other order': ({ input }) => {
    input.mean.reverse();
  },
  'prior centres at the corner': ({ head }) => {
    head.priorOffset = 0;
  },
  'grey instead of black around the picture': ({ input }) => {
    input.resize.pad = [114, 114, 114];
  },
  'values scaled to 0..1': ({ input }) => {
    input.scale = 1 / 255;
  },
};

for (const [name, spoil] of Object.entries(mistakes)) {
  test(`the self-check finds a wrong manifest: ${name}`, async () => {
    const copy = await mkdtemp(join(tmpdir(), 'nanodet-g-'));
    try {
      const manifest = JSON.parse(await readFile(manifestPath, 'utf8'));
      spoil(manifest);
      await writeFile(join(copy, 'model.json'), JSON.stringify(manifest));
      for (const file of ['labels.txt', 'check.jpg', 'model.onnx']) await cp(join(folder, file), join(copy, file));

      await assert.rejects(createDetector(join(copy, 'model.json')), { code: 'self_check_failed' });
    } finally {
      await rm(copy, { recursive: true });
    }
  });
}

test('the session for a picture alone gives bit for bit what the other gives, in any shape', async () => {
  const detector = await createDetector(manifestPath, { threadsWhenAlone: 4, provider: 'cpu' });
  for (const sample of ['astronaut', 'motorcycle']) {
    const picture = await detector.prepare(await readFile(join(folder, `../../samples/${sample}.jpg`)), {
      scoreThreshold: 0.05,
      includeDistribution: true,
    });
    const [[shared], [alone]] = [await detector.run([picture]), await detector.run([picture], true)];
    assert.ok(shared!.detections.length > 10);
    assert.deepEqual(alone!.detections, shared!.detections);
  }
  await detector.close();
});
