import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { addWeights } from '../../bench/add-weights.ts';
import { compareDetections } from '../../bench/agreement.ts';
import { createDetector, type DetectorOptions } from '../../src/detector/index.ts';
import { openSession } from '../../src/detector/inference/session.ts';

/** Networks whose graphs are said otherwise for the CPU, against their graphs as they are. */
const MAX_PIXELS_APART = 0.05;
const MAX_SCORE_APART = 1e-4;
const SCORE_THRESHOLD = 0.05;
/** Whether its convolutions are said otherwise depends on what is measured here. */
const OWN = 'nanodet-g';
const WEIGHTS = '../shared/weights';
const COCO = '../shared/data/coco-val-128/images';
const missing = [WEIGHTS, COCO].find(folder => !existsSync(folder));

for (const name of ['nanodet-g', 'nanodet-plus-m_416', 'nanodet-plus-m_320', 'nanodet_m_416', 'picodet_s_416_coco']) {
  test(`${name} finds the same rewritten`, { skip: missing !== undefined && `${missing} is not here` }, async t => {
    const folder = await mkdtemp(path.join(tmpdir(), 'gfl-rewritten-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    if (name === OWN) await cp(`models/${OWN}`, path.join(folder, OWN), { recursive: true });
    else await addWeights(name, `${WEIGHTS}/${name}.onnx`, folder);
    const pictures = readdirSync(COCO)
      .sort()
      .slice(0, 24)
      .map(file => readFileSync(path.join(COCO, file)));
    const detectionsWith = async (options: DetectorOptions) => {
      const detector = await createDetector(path.join(folder, name, 'model.json'), { provider: 'cpu', ...options });
      const found = [];
      for (const picture of pictures) {
        const { detections } = await detector.detect(picture, { scoreThreshold: SCORE_THRESHOLD, maxDetections: 300 });
        found.push(detections.map(({ classId, score, box }) => ({ class_id: classId, score, box })));
      }
      await detector.close();
      return { found, notes: detector.notes };
    };
    const plain = await detectionsWith({});
    const cacheDir = path.join(folder, 'cache');
    const rewritten = await detectionsWith({ cacheDir });
    const entries = await readdir(cacheDir);
    assert.deepEqual([rewritten.notes, entries.length], [[], 1]);
    const kept = await openSession(
      { path: path.join(cacheDir, entries[0]!, 'graph.onnx') },
      { provider: 'cpu', threads: 1 },
    );
    assert.ok(kept.runAbove !== undefined, 'only candidates leave the graph');
    await kept.close();

    const compared = compareDetections(plain.found, rewritten.found, SCORE_THRESHOLD);
    const pixels = Math.max(...compared.boxDifferences);
    const score = Math.max(...compared.scoreDifferences);
    t.diagnostic(
      `${compared.matched} detections: boxes at most ${pixels} px apart (tolerance ${MAX_PIXELS_APART}), scores ${score} (tolerance ${MAX_SCORE_APART})`,
    );
    assert.ok(name === OWN || score > 0, 'bit for bit the same: nothing was rewritten');
    assert.deepEqual([compared.onlyLeft, compared.onlyRight], [0, 0]);
    assert.ok(compared.matched > 200 && pixels <= MAX_PIXELS_APART && score <= MAX_SCORE_APART);
  });
}
