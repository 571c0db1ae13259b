import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FAMILIES, type FamilyName } from '../../src/detector/families/families.ts';
import { detectionsHead, gridHead, type HeadJob } from '../../src/detector/head.ts';
import { placePicture } from '../../src/detector/image/placement.ts';
import { bindOutputs } from '../../src/detector/model/bind-outputs.ts';
import { type GridManifest, isGridManifest, type Manifest } from '../../src/detector/model/manifest.ts';
import { resolveOptions } from '../../src/detector/options.ts';

/**
 * The same tensors decoded by us, with each family's own protocol, and by test/golden/make_heads.py in NumPy from the
 * families' published code.
 */
const FOLDER = 'test/golden/heads';
const BOX_TOLERANCE_PIXELS = 0.01;
const SCORE_TOLERANCE = 1e-6;
const SIGMA_TOLERANCE_PIXELS = 0.01;

interface Golden {
  family: FamilyName;
  classes: number;
  network: { width: number; height: number };
  picture: { width: number; height: number };
  head: Manifest['head'];
  resize: object;
  candidates: object;
  nms?: object;
  tensors: Record<string, StoredTensor>;
  detections: { classId: number; score: number; box: number[]; sigma?: number[] }[];
}

interface StoredTensor {
  dims: number[];
  scale?: number;
  int16?: string;
  float32?: string;
}

function load({ dims, scale = 1, int16, float32 }: StoredTensor): { data: Float32Array; dims: number[] } {
  const bytes = Buffer.from((int16 ?? float32)!, 'base64');
  const values = int16 === undefined ? bytes.length / 4 : bytes.length / 2;
  const read = (i: number) => (int16 === undefined ? bytes.readFloatLE(i * 4) : bytes.readInt16LE(i * 2) / scale);
  return { data: Float32Array.from({ length: values }, (_, i) => read(i)), dims };
}

function manifestOf(golden: Golden): Manifest {
  const { input, candidates, nms } = FAMILIES[golden.family].protocol(golden.head, true);
  return {
    input: {
      tensor: 'input',
      ...golden.network,
      dynamic: { batch: true, spatial: true, multipleOf: 32 },
      ...input,
      resize: { ...input.resize, ...golden.resize },
    },
    head: golden.head,
    candidates: { ...candidates, ...golden.candidates },
    nms: { ...nms, ...golden.nms },
  } as Manifest;
}

/** A batch whose other picture is the same one backwards: what leaks from it shows. */
function secondOfTwo(tensors: ReturnType<typeof load>[], names: readonly string[]): HeadJob['tensors'] {
  const pairs = tensors.map(({ data, dims }, i) => {
    const batch = new Float32Array(data.length * 2);
    batch.set(data.toReversed());
    batch.set(data, data.length);
    return [names[i]!, { data: batch, dims: [2, ...dims.slice(1)] }] as const;
  });
  return Object.fromEntries(pairs);
}

const files = readdirSync(FOLDER).filter(file => file.endsWith('.json'));

test('every family has golden tensors', () => {
  const covered = new Set(files.map(file => (JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Golden).family));
  assert.deepEqual([...covered].sort(), Object.keys(FAMILIES).sort());
});

for (const file of files) {
  test(`decoded as by the reference: ${file.replace('.json', '')}`, () => {
    const golden: Golden = JSON.parse(readFileSync(`${FOLDER}/${file}`, 'utf8'));
    const { classes, network, picture } = golden;
    const manifest = manifestOf(golden);
    const labels = Array.from({ length: classes }, (_, i) => `class ${i}`);
    const placement = placePicture(manifest.input, picture);
    assert.deepEqual({ width: placement.width, height: placement.height }, network);

    const names = Object.keys(golden.tensors);
    const loaded = Object.values(golden.tensors).map(load);
    const options = resolveOptions(manifest, labels, { includeDistribution: true });
    const job = { tensors: secondOfTwo(loaded, names), batch: 2, index: 1, placement, picture, options };
    let head = isGridManifest(manifest) ? undefined : detectionsHead(manifest, labels);
    if (isGridManifest(manifest)) {
      const shapes = loaded.map(({ dims }, i) => ({ name: names[i]!, dims }));
      const binding = bindOutputs((manifest as GridManifest).head, classes, network, shapes);
      if ('mistakes' in binding) assert.fail(binding.mistakes.join('; '));
      assert.equal(binding.note, undefined);
      head = gridHead(manifest, labels, binding.outputs);
    }
    const { detections } = head!(job);

    const kept = (list: readonly { classId: number }[]) => list.map(({ classId }) => classId);
    assert.deepEqual(kept(detections), kept(golden.detections), 'another set is kept');
    const largest = { box: 0, score: 0, sigma: 0 };
    for (const [i, expected] of golden.detections.entries()) {
      const { box, score, uncertainty } = detections[i]!;
      const differ = (actual: readonly number[], wanted: readonly number[]) =>
        Math.max(...actual.map((value, edge) => Math.abs(value - wanted[edge]!)));
      largest.box = Math.max(largest.box, differ([box.x1, box.y1, box.x2, box.y2], expected.box));
      largest.score = Math.max(largest.score, Math.abs(score - expected.score));
      assert.equal(
        uncertainty === undefined,
        expected.sigma === undefined,
        'uncertainty is there, or not, by the family',
      );
      if (uncertainty === undefined || expected.sigma === undefined) continue;
      const { left, top, right, bottom } = uncertainty;
      largest.sigma = Math.max(largest.sigma, differ([left, top, right, bottom], expected.sigma));
    }
    console.log(
      `${file}: ${detections.length} detections; largest difference: box ${largest.box.toExponential(1)} px, score ${largest.score.toExponential(1)}, sigma ${largest.sigma.toExponential(1)} px`,
    );
    assert.ok(golden.detections.length >= 20, 'too few to show anything');
    assert.ok(
      largest.box <= BOX_TOLERANCE_PIXELS &&
        largest.score <= SCORE_TOLERANCE &&
        largest.sigma <= SIGMA_TOLERANCE_PIXELS,
    );
  });
}
