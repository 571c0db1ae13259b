import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareDetections, type Found } from '../agreement.ts';
import type { RunningService } from '../start-service.ts';
import type { Extreme, Finding } from './extreme.ts';
import { killEngines } from './kill-engines.ts';
import { postPicture } from './post-picture.ts';
import { untilWhole } from './until-whole.ts';
import { whatIsMissing } from './what-is-missing.ts';
import { withService } from './with-service.ts';

const ENGINES = 2;
/** One of them makes the graph anew. */
const WHOLE_WITHIN_MS = 60_000;
const PICTURES = ['astronaut', 'cat', 'coffee', 'motorcycle', 'photographer'];
/** What is made anew may say convolutions otherwise, and sums are taken in another order then. Pixels and scores. */
const TOLERANCE = 2e-3;
/** The default of the service. */
const SCORE_THRESHOLD = 0.25;

export const damagedCache: Extreme = {
  name: 'damaged-cache',
  bound: `weights, then graph of the cache overwritten and all engines killed: back within ${WHOLE_WITHIN_MS / 1000} s, 200 with the same detections`,
  missing: whatIsMissing,
  async run() {
    const cacheDir = await mkdtemp(path.join(tmpdir(), 'gfl-extremes-'));
    const env = { CACHE_DIR: cacheDir, ENGINES: String(ENGINES), PROVIDER: 'cpu' };
    try {
      return await withService(env, async service => {
        await untilWhole(service.url, ENGINES, WHOLE_WITHIN_MS);
        const expected = await detections(service.url);
        const weights = await damage(service, cacheDir, 'weights.bin', expected);
        const graph = await damage(service, cacheDir, 'graph.onnx', expected);
        return {
          figure: `weights: ${weights.figure}; graph: ${graph.figure}`,
          held: weights.held && graph.held,
        };
      });
    } finally {
      await rm(cacheDir, { recursive: true, force: true });
    }
  },
};

async function damage(service: RunningService, cacheDir: string, file: string, expected: Found[][]): Promise<Finding> {
  for (const entry of await readdir(cacheDir)) await overwriteHalf(path.join(cacheDir, entry, file));
  await killEngines(service);
  const ms = await untilWhole(service.url, ENGINES, WHOLE_WITHIN_MS);
  const agreement = compareDetections(expected, await detections(service.url), SCORE_THRESHOLD);
  const { left, matched, onlyLeft, onlyRight, boxDifferences, scoreDifferences } = agreement;
  const apart = Math.max(0, ...boxDifferences, ...scoreDifferences);
  return {
    figure: `back after ${(ms / 1000).toFixed(1)} s, ${matched} of ${left} detections again, at most ${apart.toFixed(4)} apart`,
    held: onlyLeft === 0 && onlyRight === 0 && matched > 0 && apart <= TOLERANCE,
  };
}

/** In place: those who have it mapped see it, too. */
async function overwriteHalf(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const { size } = await handle.stat();
  await handle.write(Buffer.alloc(size >> 1, 0x5a), 0, size >> 1, size >> 2);
  await handle.close();
}

/**
 * (pictures, detections), of pictures that come all at once: every engine has some.
 *
 * @throws a sentence for an answer that is not 200
 */
async function detections(url: string): Promise<Found[][]> {
  const pictures = await Promise.all([...PICTURES, ...PICTURES].map(name => readFile(`samples/${name}.jpg`)));
  const answers = await Promise.all(pictures.map(picture => postPicture(url, picture)));
  const failed = answers.find(({ status }) => status !== 200);
  if (failed !== undefined) throw new Error(`a picture got ${failed.status}`);
  return answers.map(({ answer }) => answer.detections as Found[]);
}
