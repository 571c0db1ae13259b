import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { measureAccuracy } from '../../bench/accuracy.ts';
import { type RunningService, startService } from '../../bench/start-service.ts';
import { readCocoDataset } from '../../src/evaluation/coco-dataset.ts';

/** The real service process with the real default model, on real pictures. */

const SHARED = '../shared/data';
const COCO = path.join(SHARED, 'coco-val-128');
const SAMPLE = readFileSync('samples/astronaut.jpg');
const missing = (folder: string) => !existsSync(folder) && `${folder} is not there`;

interface Answer {
  image: { width: number; height: number };
  detections: {
    label: string;
    score: number;
    box: { x1: number; y1: number; x2: number; y2: number };
    uncertainty: Record<string, number>;
  }[];
  code?: string;
}

let service: RunningService;
before(async () => {
  service = await startService({ QUEUE_CAPACITY: '64' });
});
after(async () => {
  assert.equal(await service.stop(), 0, 'the service did not stop cleanly');
});

function post(
  body: NonNullable<RequestInit['body']>,
  query = '',
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${service.url}/detect${query}`, { method: 'POST', body, headers });
}

function raw(bytes: Uint8Array, query = ''): Promise<Response> {
  return post(bytes, query, { 'content-type': 'application/octet-stream' });
}

function multipart(bytes: Uint8Array): FormData {
  const form = new FormData();
  form.set('image', new Blob([bytes]), 'picture');
  return form;
}

describe('the sample picture', () => {
  const forms: [string, () => Promise<Response>][] = [
    ['multipart', () => post(multipart(SAMPLE))],
    ['raw body', () => raw(SAMPLE)],
    [
      'JSON',
      () => post(JSON.stringify({ image: SAMPLE.toString('base64') }), '', { 'content-type': 'application/json' }),
    ],
  ];
  for (const [name, send] of forms) {
    test(`${name}: the person is found where she is, with her edges' uncertainty`, async () => {
      const response = await send();
      assert.equal(response.status, 200);
      const { image, detections } = (await response.json()) as Answer;
      const [best] = detections;
      assert.equal(best?.label, 'person');
      assert.ok(best.score > 0.6 && best.score <= 1, `score ${best.score}`);
      // As looked at, drawn on the picture: hair to the lower edge, flag to shoulder. 8 % of the side, either way.
      const near = { x1: 0.03, y1: 0.03, x2: 0.71, y2: 1 };
      for (const [edge, expected] of Object.entries(near)) {
        const size = edge.startsWith('x') ? image.width : image.height;
        const actual = best.box[edge as keyof typeof best.box] / size;
        assert.ok(Math.abs(actual - expected) < 0.08, `${edge} is at ${actual} of the side, expected ${expected}`);
      }
      for (const side of ['left', 'top', 'right', 'bottom']) assert.ok(best.uncertainty[side]! > 0, side);
    });
  }
});

test('COCO AP of the answers is that of the reference', { skip: missing(COCO) }, async () => {
  const truth = await readCocoDataset(path.join(COCO, 'annotations.json'));
  const { ap, pictures } = await measureAccuracy(service.url, path.join(COCO, 'images'), truth);
  console.log(`AP ${ap?.toFixed(4)} on ${pictures} pictures; reference/evaluate.py 0.298`);
  assert.ok(Math.abs(ap! - 0.298) <= 0.005, `AP ${ap}`);
});
