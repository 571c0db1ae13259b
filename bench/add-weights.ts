import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Makes a model folder of a NanoDet-Plus graph: `nanodet-plus-m_416` and its like, the size at the end of the name. */
export async function addWeights(name: string, graph: string, folder: string): Promise<void> {
  const size = Number(/^nanodet-plus-.*_(\d+)$/.exec(name)?.[1]);
  if (Number.isNaN(size)) throw new Error(`Expected a name like nanodet-plus-m_416 but received ${name}.`);
  const bytes = await readFile(graph);
  const manifest = {
    name,
    version: '1',
    license: 'Apache-2.0',
    source: 'https://github.com/RangiLyu/nanodet',
    labels: 'labels.txt',
    graph: { file: 'model.onnx', sha256: createHash('sha256').update(bytes).digest('hex') },
    input: {
      tensor: 'data',
      width: size,
      height: size,
      dynamic: { batch: true, spatial: false, multipleOf: 32 },
      resize: { fit: 'stretch', interpolation: 'bilinear', sampling: 'corner', pad: [0, 0, 0] },
      colour: 'bgr',
      scale: 1,
      mean: [103.53, 116.28, 123.675],
      std: [57.375, 57.12, 58.395],
    },
    head: {
      strides: [8, 16, 32, 64],
      bins: 8,
      priorOffset: 0,
      scores: 'probability',
      boxes: 'logits',
      order: 'scores-first',
      outputs: [{ fused: 'output' }],
    },
    candidates: { scoreThreshold: 0.05, perLevel: 1000, rule: 'all-classes' },
    nms: { iouThreshold: 0.6, space: 'input', maxDetections: 100 },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'model.onnx'), bytes);
  await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest, null, 2));
  await copyFile('models/nanodet-g/labels.txt', path.join(folder, 'labels.txt'));
}
