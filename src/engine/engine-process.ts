import {
  createDetector,
  type Detector,
  DetectorError,
  type DetectorOptions,
  hasTurboJpeg,
  isShortage,
  loadManifest,
  type PreparedPicture,
  restrictDecoders,
} from '../detector/index.ts';
import { createAnnotator } from './annotator.ts';
import { type Batcher, createBatcher } from './batcher.ts';
import { cacheFolder } from './cache-folder.ts';
import { dieWithParent } from './die-with-parent.ts';
import { failure } from './failure.ts';
import { giveMemoryBack } from './give-memory-back.ts';
import { openPictureInbox } from './picture-pipe.ts';
import { progressNotes } from './progress.ts';
import {
  type EngineAnswer,
  type EngineJob,
  type EngineModel,
  type EngineStart,
  type FromEngine,
  NOT_WANTED,
  type ToEngine,
} from './protocol.ts';
import { warmUp } from './warm-up.ts';

/** The entry of an engine process: loads the models, then answers pictures until its parent says `stop` or is gone. */

interface Ready {
  id: number;
  detector: Detector;
  picture: PreparedPicture;
  alone: boolean;
}

const detectors = new Map<string, Detector>();
/** Jobs somebody waits for, by id; aborted when nobody does any more. */
const wanted = new Map<number, AbortController>();
const pictures = openPictureInbox();
const noteProgress = progressNotes();
const draw = createAnnotator();
/** Gives memory back; known when the models are loaded. */
let afterWork = () => {};
let batcher: Batcher<Ready, EngineAnswer['outcome']>;

function send(message: FromEngine, sent: () => void = () => {}): void {
  // A failure means that the parent has gone: `disconnect` follows.
  process.send?.(message, sent);
}

async function load(start: EngineStart): Promise<void> {
  await restrictDecoders(start.formats);
  const models: EngineModel[] = [];
  const { cacheDir, cannotKeep, ...given } = start;
  const { folder, note } = await cacheFolder(cacheDir);
  const notes = note === undefined ? [] : [note];
  const detectorOptions: DetectorOptions = {
    ...given,
    checkedBefore: { manifest: true, graph: start.graphsChecked },
  };
  const couldNotKeep: string[] = [];
  for (const manifestPath of start.manifestPaths) {
    const kept = folder !== undefined && !cannotKeep.includes(manifestPath) ? { cacheDir: folder } : {};
    const detector = await createDetector(manifestPath, { ...detectorOptions, ...kept }).catch(async error => {
      await loadManifest(manifestPath); // has the better sentence when it was not checked after all
      throw error;
    });
    await warmUp(detector, start.maxBatch);
    const { name, version, graph } = detector.model.manifest;
    detectors.set(name, detector);
    models.push({ name, version, provider: detector.provider, inputShape: detector.inputShape, sha256: graph.sha256 });
    if (detector.cannotKeep) couldNotKeep.push(manifestPath);
    notes.push(...detector.notes.map(text => `${name}: ${text}`));
  }
  if (!(await hasTurboJpeg())) notes.push('JPEGs take twice as long to decode: libturbojpeg is not installed');
  batcher = createBatcher({
    maxBatch: start.maxBatch,
    keyOf: ({ detector, picture }) => `${detector.model.manifest.name} ${picture.shapeKey}`,
    isWanted: ({ id }) => wanted.has(id),
    async run(batch) {
      for (const { id } of batch) noteProgress(id, 'running');
      const outcomes = await runBatch(batch);
      for (const { detector, picture } of batch) detector.release(picture);
      return outcomes;
    },
  });
  send({ type: 'ready', models, cannotKeep: couldNotKeep, notes });
  afterWork = await giveMemoryBack();
}

/**
 * One outcome a picture, in order. Where the network makes no numbers of some network input the batch is run again one by one, so that only that one
 * is refused, and so it is where there is too little memory for all of them at once.
 */
async function runBatch(batch: readonly Ready[]): Promise<EngineAnswer['outcome'][]> {
  const { detector, alone } = batch[0]!;
  try {
    const results = await detector.run(
      batch.map(({ picture }) => picture),
      batch.length === 1 && alone,
    );
    return results.map(result => ({ ok: true, result }));
  } catch (error) {
    if (!(error instanceof DetectorError || isShortage(error))) throw error;
    if (batch.length === 1) return [failure(error)];
    const each: EngineAnswer['outcome'][] = [];
    for (const one of batch) each.push(...(await runBatch([one])));
    return each;
  }
}

async function detect(job: EngineJob): Promise<EngineAnswer['outcome']> {
  const { id, model, options, annotate, alone, tensor } = job;
  const bytes = await pictures.take(id);
  const signal = wanted.get(id)?.signal;
  if (signal === undefined) return NOT_WANTED;
  const detector = detectors.get(model);
  if (detector === undefined) throw new Error(`This is a bug: no model ${model} here.`);
  noteProgress(id, 'decoding');
  const picture = await (tensor ? detector.prepareTensor(bytes, tensor, options) : detector.prepare(bytes, options));
  noteProgress(id, 'waiting');
  const outcome = (await batcher.add({ id, detector, picture, alone })) ?? NOT_WANTED;
  if (!outcome.ok || annotate === undefined) return outcome;
  // Before `drawing` frees its slot: it must not look as if it were still being run.
  noteProgress(id, 'waiting');
  const sayDrawing = () => send({ type: 'drawing', id });
  sayDrawing();
  const result = await draw({
    detector,
    bytes,
    result: outcome.result,
    wish: annotate,
    signal,
    begun: () => noteProgress(id, 'annotating'),
    goesOn: sayDrawing,
  });
  return result === undefined ? NOT_WANTED : { ok: true, result };
}

process.on('message', (message: ToEngine) => {
  switch (message.type) {
    case 'start':
      load(message).catch(error => {
        const text = error instanceof Error ? error.message : String(error);
        send({ type: 'failed', message: text }, () => process.exit(1));
      });
      break;
    case 'job':
      wanted.set(message.id, new AbortController());
      detect(message)
        .catch(failure)
        .then(outcome => {
          wanted.delete(message.id);
          send({ type: 'answer', id: message.id, outcome });
          afterWork();
        });
      break;
    case 'cancel':
      wanted.get(message.id)?.abort();
      wanted.delete(message.id);
      break;
    case 'stop':
      process.exit(0);
  }
});

process.on('disconnect', () => process.exit(0));
if (!process.connected) process.exit(0); // let go of while the modules were loading
// Ctrl-C and service managers signal the whole group; the parent decides when an engine has finished.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});

await dieWithParent(Number(process.argv[2]));
