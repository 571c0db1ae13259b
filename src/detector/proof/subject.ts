import { createBufferPool } from '../../memory/buffer-pool.ts';
import type { DecodeLimits } from '../image/decode.ts';
import type { Placement } from '../image/placement.ts';
import { type OutputTensor, openSession, type Session } from '../inference/session.ts';
import { loadGraph } from '../model/load-graph.ts';
import { type LoadedManifest, loadManifest } from '../model/manifest.ts';
import { type OpenedHead, openHead } from '../open-head.ts';
import { resolveOptions } from '../options.ts';
import { type PictureTensor, preparePicture } from '../prepare-picture.ts';
import { DEFAULT_MAX_PIXELS, type Detection, type DetectOptions, type ProviderChoice } from '../types.ts';

/** A model under proof: its parts, which a `Detector` keeps to itself. */
export interface Subject {
  model: LoadedManifest;
  session: Session;
  opened: OpenedHead;
}

/** One picture that has been through the graph alone. */
export interface Trial {
  /** The picture's name, for sentences. */
  name: string;
  prepared: PictureTensor;
  tensors: Readonly<Record<string, OutputTensor>>;
}

const LIMITS: DecodeLimits = { maxPixels: DEFAULT_MAX_PIXELS, formats: [] };

/** Throws `DetectorError` as `createDetector` does; the self-check is not run. */
export async function openSubject(manifestPath: string, provider: ProviderChoice, threads: number): Promise<Subject> {
  const model = await loadManifest(manifestPath);
  const session = await openSession(await loadGraph(model), { provider, threads });
  try {
    return { model, session, opened: await openHead(model, session) };
  } catch (error) {
    await session.close();
    throw error;
  }
}

export async function prepare({ model }: Subject, bytes: Uint8Array): Promise<PictureTensor> {
  // As self-checks are run: the answer must not depend on the provider.
  return preparePicture(model.manifest.input, bytes, LIMITS, 'fixed', createBufferPool(0));
}

/** Pictures of one size, as one batch. */
export async function infer(
  { model, session }: Subject,
  pictures: readonly PictureTensor[],
): Promise<Trial['tensors']> {
  const { width, height } = pictures[0]!.placement;
  const size = 3 * width * height;
  const batch = new Float32Array(pictures.length * size);
  for (const [i, { tensor }] of pictures.entries()) batch.set(tensor, i * size);
  return session.run(model.manifest.input.tensor, batch, [pictures.length, 3, height, width]);
}

/** What the service would answer for a picture. */
export function detectionsOf({ model, opened }: Subject, trial: Trial, options: DetectOptions): Detection[] {
  const { placement, picture } = trial.prepared;
  const resolved = resolveOptions(model.manifest, model.labels, options);
  return opened.head({ tensors: trial.tensors, batch: 1, index: 0, placement, picture, options: resolved }).detections;
}

/** The same picture seen in a mirror, left for right. */
export function mirrored({ tensor, placement, ...rest }: PictureTensor): PictureTensor {
  const { width, content } = placement;
  const flipped = new Float32Array(tensor.length);
  for (let row = 0; row < tensor.length; row += width) {
    for (let x = 0; x < width; x++) flipped[row + x] = tensor[row + width - 1 - x]!;
  }
  const mirroredContent: Placement['content'] = { ...content, x1: width - content.x2, x2: width - content.x1 };
  return { ...rest, tensor: flipped, placement: { ...placement, content: mirroredContent } };
}
