import { openSession, type Session } from '../../src/detector/inference/session.ts';
import { loadGraph } from '../../src/detector/model/load-graph.ts';
import { loadManifest } from '../../src/detector/model/manifest.ts';
import { answerParent } from '../ask-child.ts';
import type { BareLoad, BareRun, FromBare, ToBare } from './bare-protocol.ts';

/**
 * The entry of a bare session: a session with the service's own settings, run in a loop on tensors that never change. No picture, no head, no
 * HTTP: what the machine and ONNX Runtime allow. It opens the graph as it is shipped, while engines on the CPU run a rewritten one.
 */

let session: Session;
let inputName: string;
const tensors = new Map<string, { data: Float32Array; dims: number[] }>();

function tensor([width, height]: [number, number], batch: number) {
  const key = `${batch}x${width}x${height}`;
  let made = tensors.get(key);
  if (made === undefined) {
    const data = new Float32Array(batch * 3 * height * width);
    // Not zeros: values of the range that pictures have.
    for (let i = 0; i < data.length; i++) data[i] = ((i * 37) % 256) / 64 - 2;
    made = { data, dims: [batch, 3, height, width] };
    tensors.set(key, made);
  }
  return made;
}

async function load({ manifestPath, provider, threads, shapes, batches }: BareLoad): Promise<FromBare> {
  const model = await loadManifest(manifestPath);
  inputName = model.manifest.input.tensor;
  session = await openSession(await loadGraph(model), { provider, threads });
  for (const batch of batches) {
    for (const shape of shapes) {
      const { data, dims } = tensor(shape, batch);
      await session.run(inputName, data, dims);
    }
  }
  return { type: 'ready' };
}

async function run({ shapes, batch, durationMs }: BareRun): Promise<FromBare> {
  const inputs = shapes.map(shape => tensor(shape, batch));
  const startedAt = performance.now();
  let runs = 0;
  let now = startedAt;
  while (now - startedAt < durationMs) {
    const { data, dims } = inputs[runs % inputs.length]!;
    await session.run(inputName, data, dims);
    runs += 1;
    now = performance.now();
  }
  return { type: 'ran', pictures: runs * batch, seconds: (now - startedAt) / 1000 };
}

answerParent<ToBare>(message => (message.type === 'load' ? load(message) : run(message)));
