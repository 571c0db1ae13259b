import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type CocoEvaluation, evaluateCoco } from '../../src/evaluation/coco-ap.ts';
import { type CocoDataset, type CocoResult, readCocoDataset } from '../../src/evaluation/coco-dataset.ts';
import { assertClose } from '../support/largest-difference.ts';
import type { PycocotoolsSummary } from '../support/pycocotools.ts';

/** Golden files: test/evaluation/make_golden.py says what is in them and how they were made. */
const GOLDEN = 'test/evaluation/golden';
const SAME = 1e-10;
const FIGURES = [
  ...['ap', 'ap50', 'ap75', 'apSmall', 'apMedium', 'apLarge'],
  ...['ar1', 'ar10', 'ar100', 'arSmall', 'arMedium', 'arLarge'],
] as (keyof PycocotoolsSummary & keyof CocoEvaluation)[];

function golden<T>(name: string): T {
  return JSON.parse(readFileSync(`${GOLDEN}/${name}.json`, 'utf8'));
}

const truth = () => readCocoDataset(`${GOLDEN}/truth.json`);
const results = golden<CocoResult[]>('results');

test('the twelve COCO figures are those of pycocotools', async () => {
  const expected = golden<PycocotoolsSummary>('expected');
  const evaluation = evaluateCoco(await truth(), results);
  assertClose(
    FIGURES.map(name => evaluation[name] as number),
    FIGURES.map(name => expected[name] as number),
    SAME,
    'twelve figures',
  );
});

test('so are AP, AP50 and AP75 of each class; the class without objects is in neither', async () => {
  const expected = golden<PycocotoolsSummary>('expected').classes;
  const { classes } = evaluateCoco(await truth(), results);
  const byId = [...classes].sort((a, b) => a.id - b.id);
  assert.deepEqual(
    byId.map(({ id }) => id),
    expected.map(({ id }) => id),
  );
  const figures = (list: readonly { ap: number | null; ap50: number | null; ap75: number | null }[]) =>
    list.flatMap(({ ap, ap50, ap75 }) => [ap!, ap50!, ap75!]);
  assertClose(figures(byId), figures(expected), SAME, `${expected.length} classes`);
});

test('the order of detections, objects and pictures changes nothing', async () => {
  const { images, annotations, categories } = await truth();
  const backwards: CocoDataset = {
    images: images.toReversed(),
    annotations,
    categories: categories.toReversed(),
  };
  const { classes: _, ...figures } = evaluateCoco(await truth(), results);
  const { classes: __, ...again } = evaluateCoco(backwards, results);
  assertClose(Object.values(again) as number[], Object.values(figures) as number[], SAME, 'backwards');
});

test('nothing to find is null, nothing found is 0', () => {
  const images = [{ id: 1, file_name: 'a.jpg', width: 64, height: 64 }];
  const categories = [{ id: 1, name: 'cat' }];
  const found: CocoResult[] = [{ image_id: 1, category_id: 1, bbox: [0, 0, 9, 9], score: 0.9 }];
  const empty = evaluateCoco({ images, categories, annotations: [] }, found);
  assert.deepEqual([empty.ap, empty.ar100, empty.classes], [null, null, []]);
  const object = { id: 1, image_id: 1, category_id: 1, bbox: [30, 30, 40, 40], area: 1600, iscrowd: 0 } as const;
  const missed = evaluateCoco({ images, categories, annotations: [{ ...object, bbox: [...object.bbox] }] }, found);
  assert.deepEqual([missed.ap, missed.ar100, missed.apMedium, missed.apSmall], [0, 0, 0, null]);
});
