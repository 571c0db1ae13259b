import { createBufferPool } from '../memory/buffer-pool.ts';
import { type AnnotatedPicture, type AnnotateOptions, annotatePicture } from './annotate/annotate-picture.ts';
import { checkGiven } from './check-given.ts';
import { concatenate } from './concatenate.ts';
import { scoreFloor } from './gfl/candidates.ts';
import { graphRunOf, wholeGraphRunOf } from './graph-run.ts';
import { type NetworkShape, type Placement, type Size, variesInSize } from './image/placement.ts';
import type { Session } from './inference/session.ts';
import { takeFaster } from './inference/take-faster.ts';
import { openWideSession } from './inference/wide-session.ts';
import { inputShapes } from './input-shapes.ts';
import { isGridManifest, type LoadedManifest } from './model/manifest.ts';
import type { OpenedGraph } from './open-graph.ts';
import { openHead, tryOtherSize } from './open-head.ts';
import { type ResolvedOptions, resolveOptions } from './options.ts';
import { preparePicture } from './prepare-picture.ts';
import { runSelfCheck } from './run-self-check.ts';
import { takeTensor } from './take-tensor.ts';
import {
  DEFAULT_MAX_PIXELS,
  type Detection,
  type DetectOptions,
  type DetectResult,
  type InputShape,
  type InputShapeChoice,
  type OptionalFormat,
  type Provider,
  type ProviderChoice,
} from './types.ts';

/** How a model is loaded and run. */
export interface DetectorOptions {
  /** Default `auto`: CUDA when its libraries load, else CPU. */
  provider?: ProviderChoice;
  /** Intra-op threads of ONNX Runtime. Default 1. */
  threads?: number;
  /** On the CPU, of a second session for pictures run `alone`. Default: no second session. */
  threadsWhenAlone?: number;
  /** Pictures with more pixels are refused before they are decoded. Default 33 megapixels. */
  maxPixels?: number;
  /** Formats accepted beside JPEG, PNG and WebP. Default none. */
  formats?: readonly OptionalFormat[];
  /** Default `auto`: rectangular on the CPU where the model allows it. */
  inputShape?: InputShapeChoice;
  /** Run the manifest's self-check on load. Default true. */
  selfCheck?: boolean;
  /**
   * Folder for optimised forms of graphs, on the CPU: networks run faster by a tenth to a third, the next start is quicker, and processes and
   * sessions share one copy of the weights. It must be this user's own. Default: nothing is kept.
   */
  cacheDir?: string;
  /** Another process has checked the manifest, or the graph, before. Default neither. */
  checkedBefore?: { manifest?: boolean; graph?: boolean };
}

/** A decoded, placed picture as network input, ready to share a batch with others of the same shape. */
export interface PreparedPicture {
  /** Pictures with the same key can share a batch. */
  readonly shapeKey: string;
  /** (3, placement.height, placement.width) */
  readonly tensor: Float32Array<ArrayBuffer>;
  readonly placement: Placement;
  /** Size of the upright picture. */
  readonly picture: Size;
  /** EXIF orientation that was applied, 1..8. */
  readonly orientation: number;
  readonly options: ResolvedOptions;
  readonly timings: { image: number; tensor: number };
  /** It comes from `prepareTensor`: the network's outputs are checked before they are decoded (check-given.ts). */
  readonly isGiven?: true;
}

/** A model, loaded and checked. */
export interface Detector {
  /** What its manifest says. */
  readonly model: LoadedManifest;
  /** What its graph runs on. */
  readonly provider: Provider;
  /** Whether pictures get the manifest's size or only what they cover of it. */
  readonly inputShape: InputShape;
  /** What an operator should know of how it was loaded: why not CUDA, outputs bound by shape. */
  readonly notes: readonly string[];
  /** `cacheDir` was given, and cannot be used for this model: it need not be tried again. */
  readonly cannotKeep: boolean;
  /** Bytes of one encoded picture to its detections. Rejects with a `DetectorError` of the picture or the options. */
  detect(bytes: Uint8Array, options?: DetectOptions): Promise<DetectResult>;
  /** First half of `detect`: bytes to network input. */
  prepare(bytes: Uint8Array, options?: DetectOptions): Promise<PreparedPicture>;
  /**
   * Network input that was made elsewhere, for `run`. Boxes come in its own pixels.
   *
   * @param bytes FP32, little-endian, (3, size.height, size.width), in the colour order and normalisation of the manifest
   */
  prepareTensor(bytes: Uint8Array, size: Size, options?: DetectOptions): Promise<PreparedPicture>;
  /**
   * Second half: pictures of one `shapeKey` as one batch, blocking inside ONNX Runtime. Results in order. Rejects with a
   * `DetectorError` when the network makes no numbers of what `prepareTensor` took.
   * @param alone the CPUs have nothing else to do: with `threadsWhenAlone`, take that many
   */
  run(pictures: readonly PreparedPicture[], alone?: boolean): Promise<DetectResult[]>;
  /** The picture has been run and will not be again: its tensor may serve another. Saves time; nothing depends on it. */
  release(picture: PreparedPicture): void;
  /** The picture with `detections` of it drawn on, encoded: `annotatePicture` with this detector's limits. */
  annotate(bytes: Uint8Array, detections: readonly Detection[], options?: AnnotateOptions): Promise<AnnotatedPicture>;
  /** Gives the memory back. Closing again does nothing, and so does `release` afterwards; whatever else is asked rejects. */
  close(): Promise<void>;
}

/** Kept for the next pictures: more than are ever prepared ahead of one inference. */
const KEPT_TENSORS = 4;
/** Eight pictures of 416x416 are 16.6 MB, of 1344x800 103: new memory for each batch takes up to three times as long as filling it. */
const OF_BATCHES = { grainBytes: 1024 * 1024, maxKeptBytes: 256 * 1024 * 1024 };

/**
 * A detector of a graph that has been opened, checked against its manifest and by its self-check.
 *
 * @param sessions what the detector will close; those it opens itself are added
 */
export async function detectorOf(
  model: LoadedManifest,
  opened: OpenedGraph,
  sessions: Session[],
  options: DetectorOptions,
): Promise<Detector> {
  const { manifest, labels } = model;
  const { input } = manifest;
  const limits = { maxPixels: options.maxPixels ?? DEFAULT_MAX_PIXELS, formats: options.formats ?? [] };
  const { threads = 1, threadsWhenAlone = 1 } = options;
  const { session, graph, cannotKeep } = opened;
  const { head, bound, note } = await openHead(model, session);
  const wide =
    session.provider === 'cpu' && threadsWhenAlone > threads
      ? await openWideSession(graph, threadsWhenAlone, session, input)
      : undefined;
  if (wide !== undefined) sessions.push(wide);
  const runsOf = (runOf: typeof graphRunOf) => {
    const narrow = runOf(session, bound);
    return { narrow, alone: wide === undefined ? narrow : takeFaster(narrow, runOf(wide, bound)) };
  };
  const [ofPictures, ofTensors] = [runsOf(graphRunOf), runsOf(wholeGraphRunOf)];
  const tensors = createBufferPool(KEPT_TENSORS);
  const batches = createBufferPool(1, OF_BATCHES);
  let isClosed = false;
  const refuseClosed = () => {
    if (isClosed) throw new Error('This detector is closed; create another.');
  };

  const { inputShape, pictureShape } = inputShapes(input, session.provider, options.inputShape);

  // A graph that was checked before, by another process or the engine before this one, has been tried so, too.
  if (variesInSize(input, inputShape) && options.checkedBefore?.graph !== true) await tryOtherSize(model, session);

  async function prepareAs(
    shape: NetworkShape,
    bytes: Uint8Array,
    wanted?: DetectOptions,
    accepted = limits,
  ): Promise<PreparedPicture> {
    refuseClosed();
    const resolved = resolveOptions(manifest, labels, wanted);
    const { placement, ...prepared } = await preparePicture(input, bytes, accepted, shape, tensors);
    return { ...prepared, placement, options: resolved, shapeKey: `${placement.width}x${placement.height}` };
  }

  async function run(pictures: readonly PreparedPicture[], alone = false): Promise<DetectResult[]> {
    if (input.dynamic?.batch === true) return runBatch(pictures, alone);
    const results: DetectResult[] = [];
    for (const picture of pictures) results.push(...(await runBatch([picture], alone)));
    return results;
  }

  async function runBatch(pictures: readonly PreparedPicture[], alone: boolean): Promise<DetectResult[]> {
    const [first] = pictures;
    if (first === undefined) return [];
    const { width, height } = first.placement;
    if (pictures.some(({ shapeKey }) => shapeKey !== first.shapeKey)) {
      throw new Error(
        `Expected pictures of one shapeKey in a batch but received ${pictures.map(p => p.shapeKey).join(', ')}.`,
      );
    }
    const start = performance.now();
    const batch = pictures.length;
    const tensor = batch === 1 ? first.tensor : concatenate(pictures, batches);
    const thresholds = pictures.map(picture => picture.options.thresholds);
    const floor = isGridManifest(manifest) ? scoreFloor(thresholds, manifest.head.scores) : -Infinity;
    const run = (first.isGiven ? ofTensors : ofPictures)[alone ? 'alone' : 'narrow'];
    const outputs = await run(input.tensor, tensor, [batch, 3, height, width], floor).finally(() => {
      if (batch > 1) batches.give(tensor.buffer);
    });
    const inference = performance.now() - start;
    if (first.isGiven) checkGiven(manifest, bound, outputs.tensors);
    return pictures.map(({ placement, picture, orientation, options: wanted, timings }, index) => {
      const answer = head({ ...outputs, batch, index, placement, picture, options: wanted });
      return {
        image: picture,
        orientation,
        detections: answer.detections,
        timings: { ...timings, inference, ...answer.timings },
        batchSize: batch,
      };
    });
  }

  const detector: Detector = {
    model,
    provider: session.provider,
    inputShape,
    cannotKeep,
    notes: [session.providerNote, opened.note, note].filter(text => text !== undefined),
    prepare: (bytes, wanted) => prepareAs(pictureShape, bytes, wanted),
    async prepareTensor(bytes, size, wanted) {
      refuseClosed();
      const resolved = resolveOptions(manifest, labels, wanted);
      const given = takeTensor(bytes, size, manifest, inputShape);
      return { ...given, options: resolved, shapeKey: `${size.width}x${size.height} given`, isGiven: true };
    },
    run,
    async detect(bytes, wanted) {
      const picture = await prepareAs(pictureShape, bytes, wanted);
      const [result] = await run([picture]);
      detector.release(picture);
      return result!;
    },
    release({ tensor }) {
      if (!isClosed) tensors.give(tensor.buffer);
    },
    async annotate(bytes, detections, wanted) {
      refuseClosed();
      return annotatePicture(bytes, detections, limits, wanted);
    },
    async close() {
      isClosed = true;
      await Promise.all(sessions.map(session => session.close()));
    },
  };
  if (manifest.selfCheck !== undefined && options.selfCheck !== false) {
    // The expected detections were made at the manifest's size; and limits on uploads are not for the model's own picture.
    const accepted = { ...limits, maxPixels: Math.max(limits.maxPixels, DEFAULT_MAX_PIXELS) };
    await runSelfCheck(model, manifest.selfCheck, async (bytes, wanted) => {
      const [result] = await run([await prepareAs('fixed', bytes, wanted, accepted)]);
      return result!;
    });
  }
  return detector;
}
