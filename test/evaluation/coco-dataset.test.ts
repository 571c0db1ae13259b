import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { readCocoDataset, toCocoDataset } from '../../src/evaluation/coco-dataset.ts';

const IMAGE = { id: 1, file_name: 'a.jpg', width: 4, height: 3, license: 2 };
const CATEGORY = { id: 7, name: 'cat', supercategory: 'animal' };
const ANNOTATION = {
  id: 5,
  image_id: 1,
  category_id: 7,
  bbox: [1, 1, 2, 3],
  area: 4,
  iscrowd: 0,
  segmentation: [[1, 2]],
};
const dataset = (fields = {}) => ({ images: [IMAGE], categories: [CATEGORY], annotations: [ANNOTATION], ...fields });

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-dataset-'));
});
after(() => rm(folder, { recursive: true }));

test('what is used is read, the rest is left behind', () => {
  assert.deepEqual(toCocoDataset(dataset(), 'x.json'), {
    images: [{ id: 1, file_name: 'a.jpg', width: 4, height: 3 }],
    categories: [{ id: 7, name: 'cat' }],
    annotations: [{ id: 5, image_id: 1, category_id: 7, bbox: [1, 1, 2, 3], area: 4, iscrowd: 0 }],
  });
});

test('what other tools leave out is filled in: id, area, iscrowd, size', () => {
  const { images, annotations } = toCocoDataset(
    dataset({
      images: [{ id: 1, file_name: 'a.jpg' }],
      annotations: [{ image_id: 1, category_id: 7, bbox: [0, 0, 2, 3] }],
    }),
    'x.json',
  );
  assert.deepEqual(images[0], { id: 1, file_name: 'a.jpg', width: 0, height: 0 });
  assert.deepEqual(annotations[0], { id: 1, image_id: 1, category_id: 7, bbox: [0, 0, 2, 3], area: 6, iscrowd: 0 });
});

const refused: [string, unknown, RegExp][] = [
  ['a results file', [{ image_id: 1 }], /"images" is not a list/],
  ['null', null, /"images" is not a list/],
  ['no annotations', dataset({ annotations: undefined }), /"annotations" is not a list/],
  ['no pictures', dataset({ images: [] }), /"images" is empty/],
  ['no categories', dataset({ categories: [] }), /"categories" is empty/],
  ['a picture that is a string', dataset({ images: ['a.jpg'] }), /images\[0\] is not an object/],
  ['a picture without id', dataset({ images: [{ ...IMAGE, id: '1' }] }), /images\[0\]\.id is not a number/],
  ['a picture without file name', dataset({ images: [{ id: 1 }] }), /images\[0\]\.file_name is not a name/],
  ['two pictures of one id', dataset({ images: [IMAGE, IMAGE] }), /two of "images" have the id 1/],
  ['two categories of one id', dataset({ categories: [CATEGORY, CATEGORY] }), /two of "categories" have the id 7/],
  [
    'an unknown category',
    dataset({ annotations: [{ ...ANNOTATION, category_id: 8 }] }),
    /annotations\[0\]\.category_id is 8/,
  ],
  [
    'a box of three numbers',
    dataset({ annotations: [{ ...ANNOTATION, bbox: [1, 2, 3] }] }),
    /annotations\[0\]\.bbox is not/,
  ],
  [
    'a box with a negative side',
    dataset({ annotations: [{ ...ANNOTATION, bbox: [1, 2, -3, 4] }] }),
    /annotations\[0\]\.bbox is not/,
  ],
  [
    'a box of null',
    dataset({ annotations: [{ ...ANNOTATION, bbox: [1, 2, null, 4] }] }),
    /annotations\[0\]\.bbox is not/,
  ],
];
for (const [name, value, message] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => toCocoDataset(value, 'x.json'), { name: 'EvaluationError', message });
    assert.throws(() => toCocoDataset(value, 'x.json'), { message: /^x\.json is not a COCO annotations file: / });
  });
}

test('refused: a file that is not there, and one that is not JSON', async () => {
  const missing = path.join(folder, 'missing.json');
  await assert.rejects(readCocoDataset(missing), {
    name: 'EvaluationError',
    message: /missing\.json cannot be read: there is no such file\./,
  });
  const cut = path.join(folder, 'cut.json');
  await writeFile(cut, JSON.stringify(dataset()).slice(0, -3));
  await assert.rejects(readCocoDataset(cut), { name: 'EvaluationError', message: /cut\.json are not JSON: / });
});
