import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Detection } from '../../src/detector/index.ts';
import type { CocoAnnotation } from '../../src/evaluation/coco-dataset.ts';
import { edgeCoverage } from '../../src/evaluation/edge-coverage.ts';
import { type EdgeSample, type MatchedObject, matchedEdges } from '../../src/evaluation/matched-edges.ts';
import { assertClose } from '../support/largest-difference.ts';
import { seededRandom } from '../support/random.ts';

type Box = CocoAnnotation['bbox'];

/** Prior centre (100, 50), bins 10 pixels apart across and 5 down; every edge halfway between bins 2 and 3, sigma half a bin. */
function detection(options: { score?: number; distribution?: boolean; shift?: number } = {}): Detection {
  const { score = 0.5, distribution = true, shift = 0 } = options;
  const edge = [0, 0, 0.5, 0.5];
  return {
    classId: 0,
    label: 'cat',
    score,
    box: { x1: 75 + shift, y1: 37.5, x2: 125 + shift, y2: 62.5 },
    uncertainty: { left: 5, top: 2.5, right: 5, bottom: 2.5 },
    ...(distribution && {
      distribution: {
        origin: { x: 100 + shift, y: 50 },
        binSize: { x: 10, y: 5 },
        left: edge,
        top: edge,
        right: edge,
        bottom: edge,
      },
    }),
  };
}

function object(bbox: Box, fields: Partial<CocoAnnotation> = {}): CocoAnnotation {
  return { id: 1, image_id: 1, category_id: 1, bbox, area: bbox[2] * bbox[3], iscrowd: 0, ...fields };
}

function match(detections: readonly Detection[], objects: readonly CocoAnnotation[]): MatchedObject[] {
  const found = detections.map(one => {
    const { x1, y1, x2, y2 } = one.box;
    const bbox: Box = [x1, y1, x2 - x1, y2 - y1];
    return { detection: one, result: { image_id: 1, category_id: 1, bbox, score: one.score } };
  });
  return matchedEdges(found, objects);
}

const TRUTH: Box = [75, 37.5, 50, 25];

describe('the edges of a matched object', () => {
  test("error is truth less detection, sigma the detection's own, DFL by bins from the prior centre", () => {
    // Left edge 6 px further left (bin 3.1: beyond the last), top 1 px lower (2.3), right 2 px further left (2.3), bottom equal.
    const [matched] = match([detection()], [object([69, 38.5, 54, 24])]);
    assert.ok(matched);
    assert.equal(matched.size, 'medium');
    const sides = [matched.left, matched.top, matched.right, matched.bottom];
    assertClose(
      sides.map(({ error }) => error),
      [-6, 1, -2, 0],
      1e-12,
      'error',
    );
    assertClose(
      sides.map(({ sigma }) => sigma),
      [5, 2.5, 5, 2.5],
      0,
      'sigma',
    );
    // Both bins have probability 1/2: log 2 wherever the edge lies between them.
    assertClose(
      sides.map(({ dfl }) => dfl),
      [Math.log(2), Math.log(2), Math.log(2), Math.log(2)],
      1e-12,
      'DFL',
    );
    assert.deepEqual(
      sides.map(({ beyondBins }) => beyondBins),
      [true, false, false, false],
    );
  });

  const none: [string, Detection[], CocoAnnotation[]][] = [
    ['an IoU under 0.5', [detection()], [object([75, 37.5, 50, 60])]],
    ['a score under 0.25', [detection({ score: 0.24 })], [object(TRUTH)]],
    ['a crowd', [detection()], [object(TRUTH, { iscrowd: 1 })]],
    ['a graph without distributions', [detection({ distribution: false })], [object(TRUTH)]],
  ];
  for (const [name, detections, objects] of none) {
    test(`nothing is matched: ${name}`, () => assert.deepEqual(match(detections, objects), []));
  }

  test('an object is matched once, by the best score', () => {
    const matched = match([detection({ score: 0.4 }), detection({ score: 0.6, shift: 3 })], [object(TRUTH)]);
    assert.deepEqual(
      matched.map(({ left }) => left.error),
      [-3],
    );
  });

  const sizes: [number, MatchedObject['size']][] = [
    [1023, 'small'],
    [1024, 'medium'],
    [9215, 'medium'],
    [9216, 'large'],
  ];
  for (const [area, size] of sizes) {
    test(`an object of ${area} square pixels is ${size}, whatever its box`, () => {
      assert.equal(match([detection()], [object(TRUTH, { area })])[0]!.size, size);
    });
  }
});

describe('coverage', () => {
  const sample = (error: number, sigma: number, dfl = 1): EdgeSample => ({ error, sigma, dfl, beyondBins: false });

  test('by side and size; what is not there is null', () => {
    const coverage = edgeCoverage([
      { size: 'small', left: sample(0.5, 1), top: sample(1.5, 1), right: sample(-3, 1), bottom: sample(0, 1) },
      { size: 'large', left: sample(-1, 1), top: sample(4, 2), right: sample(8, 2), bottom: sample(0, 0) },
    ]);
    assert.ok(coverage);
    assert.equal(coverage.objects, 2);
    assert.equal(coverage.edges, 8);
    const within = [coverage, coverage.left, coverage.top, coverage.right, coverage.bottom, coverage.left.small!];
    assertClose(
      within.map(part => part.within1Sigma),
      [4 / 8, 1, 0, 0, 1, 1],
      1e-12,
      'within one sigma',
    );
    assertClose(
      within.map(part => part.within2Sigma),
      [6 / 8, 1, 1, 0, 1, 1],
      1e-12,
      'within two sigma',
    );
    assertClose([coverage.meanErrorInSigmas], [(0.5 + 1.5 + 3 + 0 + 1 + 2 + 4 + 0) / 8], 1e-12, '|error| / sigma');
    assertClose([coverage.meanError, coverage.bias], [18 / 8, (0.5 + 1.5 - 3 - 1 + 4 + 8) / 8], 1e-12, 'pixels');
    assert.equal(coverage.bySize.medium, null);
    assert.equal(coverage.top.medium, null);
    assert.equal(coverage.bySize.large!.edges, 4);
  });

  test('sigmas that are right are found to be', () => {
    const random = seededRandom(5);
    const gaussian = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const edge = () => {
      const sigma = 1 + 9 * random();
      return sample(sigma * gaussian(), sigma);
    };
    const objects = Array.from({ length: 20_000 }, (): MatchedObject => {
      return { size: 'medium', left: edge(), top: edge(), right: edge(), bottom: edge() };
    });
    const { within1Sigma, within2Sigma, meanErrorInSigmas } = edgeCoverage(objects)!;
    assertClose(
      [within1Sigma, within2Sigma, meanErrorInSigmas],
      [0.6827, 0.9545, Math.sqrt(2 / Math.PI)],
      0.006,
      'of 80,000 Gaussian edges',
    );
  });

  test('no matched object is no coverage: absent, not zero', () => assert.equal(edgeCoverage([]), undefined));
});
