import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CocoResult } from '../../../src/evaluation/coco-dataset.ts';
import { evaluateModel } from '../../../src/evaluation/evaluate-model.ts';
import { judgePicture } from '../../../src/evaluation/judge-picture.ts';
import { renderReport } from '../../../src/evaluation/report/report.ts';
import type { ReportInput } from '../../../src/evaluation/report/report-input.ts';
import { worstPictures } from '../../../src/evaluation/worst-pictures.ts';
import { seededRandom } from '../../support/random.ts';

const HOSTILE = '</title><script>alert("x")</script><img src=x onerror=alert(1)>&\'';

/** Pictures with three objects each, detected with some error, some missed. */
function input(
  options: { pictures?: number; distributions?: boolean; name?: string; detections?: boolean } = {},
): ReportInput {
  const { pictures: count = 6, distributions = true, name = 'cat', detections: any = true } = options;
  const random = seededRandom(3);
  const categoryOf = new Map([[name, 1]]);
  const pictures = Array.from({ length: count }, (_, i) => {
    const boxes = [0, 1, 2].map((j): CocoResult['bbox'] => [20 + 200 * j, 30 + 10 * i, 150, 100]);
    const image = { id: i + 1, file_name: `${name}-${i}.jpg`, width: 640, height: 480 };
    const annotations = boxes.map((bbox, j) => ({
      id: j + 1,
      image_id: i + 1,
      category_id: 1,
      bbox,
      area: 15_000,
      iscrowd: 0 as const,
    }));
    const edge = [0.1, 0.2, 0.4, 0.2, 0.1];
    const detections = boxes.slice(0, any ? 2 : 0).map(([x, y, w, h]) => {
      const jitter = () => 12 * (random() - 0.5);
      const box = { x1: x + jitter(), y1: y + jitter(), x2: x + w + jitter(), y2: y + h + jitter() };
      const origin = { x: x + w / 2, y: y + h / 2 };
      const certainty = {
        uncertainty: { left: 5, top: 4, right: 6, bottom: 3 },
        distribution: { origin, binSize: { x: 40, y: 30 }, left: edge, top: edge, right: edge, bottom: edge },
      };
      return { classId: 0, label: name, score: 0.3 + 0.6 * random(), box, ...(distributions && certainty) };
    });
    const timings = { image: 0, tensor: 0, inference: 0, gfl: 0, nms: 0 };
    const result = { image: { width: 640, height: 480 }, orientation: 1, detections, timings, batchSize: 1 };
    return judgePicture({ image, annotations, categoryOf, frame: 'auto' }, result);
  });
  return {
    model: { name, version: '1', provider: 'cpu', inputShape: 'fixed' },
    dataset: `${name}.json`,
    date: '2026-01-31',
    evaluation: evaluateModel(pictures, [{ id: 1, name }]),
    pictures,
    refused: [{ file: `${name}.png`, reason: 'The picture does not decode.' }],
    notes: [`A note on ${name}.`],
    scoreThreshold: 0.025,
    maxDetections: 100,
    worst: worstPictures(pictures, 20).map(errors => ({ ...errors, thumbnail: 'data:image/webp;base64,UklGRg==' })),
    names: new Map([[1, name]]),
  };
}

/** Every tag closed, in order; attributes quoted. */
function assertWellFormed(page: string): void {
  const open: string[] = [];
  const tags = page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .matchAll(/<(\/?)([a-zA-Z!][\w-]*)((?:\s+[\w:-]+(?:="[^"<>]*")?)*)\s*(\/?)>|[<>]/g);
  for (const [tag, closing, name, , selfClosing] of tags) {
    assert.ok(name !== undefined, `a stray ${tag} near ${open.join(' ')}`);
    if (['!doctype', 'meta'].includes(name) || selfClosing === '/') continue;
    if (closing === '') open.push(name);
    else assert.equal(open.pop(), name, `</${name}> closes another`);
  }
  assert.deepEqual(open, []);
}

const variants: [string, ReportInput][] = [
  ['a GFL model', input()],
  ['a model without distributions', input({ distributions: false })],
  ['a model that finds nothing', input({ detections: false })],
  ['one picture', input({ pictures: 1 })],
  ['hostile names', input({ name: HOSTILE })],
  ['no objects', { ...input({ pictures: 0 }) }],
];
for (const [name, given] of variants) {
  describe(name, () => {
    const page = renderReport(given);

    test('the page is well formed and has no figure that is none', () => {
      assertWellFormed(page);
      assert.doesNotMatch(page, /NaN|undefined|Infinity|\bnull\b/);
    });

    test('nothing is loaded from anywhere and nothing runs', () => {
      assert.doesNotMatch(page, /<script|<link|<iframe|<object|@import|url\(|javascript:/i);
      const targets = [...page.matchAll(/\s(?:src|href|srcset|data)="([^"]*)"/g)].map(match => match[1]!);
      for (const target of targets) assert.match(target, /^data:image\/webp;base64,/);
      for (const [tag] of page.matchAll(/<[^<>]*>/g)) assert.doesNotMatch(tag.replace(/"[^"]*"/g, ''), /\son\w+=/);
      assert.match(
        page,
        /Content-Security-Policy" content="default-src &#39;none&#39;; img-src data:; style-src &#39;unsafe-inline&#39;"/,
      );
    });
  });
}

test('the figures are on the page', () => {
  const given = input();
  const page = renderReport(given);
  const { ap, calibration, edges } = given.evaluation;
  for (const figure of [ap!, calibration!.ece, edges!.meanErrorInSigmas]) {
    assert.ok(figure > 0 && figure < 1 && page.includes(`>${figure.toFixed(3).slice(1)}<`), `${figure}`);
  }
  assert.match(page, /score from\s+0\.025, at most 100/);
  assert.match(page, /A note on cat\./);
  assert.match(page, /2 of 3 found, 1 missed, 0 wrong/);
  assert.equal(page.match(/<image /g)?.length, 6);
});

test('without distributions there is no section of edges, and nothing says 0', () => {
  const page = renderReport(input({ distributions: false }));
  assert.doesNotMatch(page, /Are edges where they say|sigma/);
  assert.match(page, /Is a score what it says/);
});
