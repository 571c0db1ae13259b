import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Canvas, Rect } from '../../../src/detector/annotate/canvas.ts';
import { classColour, type Rgb } from '../../../src/detector/annotate/class-colour.ts';
import { bandArea, drawBands } from '../../../src/detector/annotate/draw-bands.ts';
import { drawDetections } from '../../../src/detector/annotate/draw-detections.ts';
import { drawFrame } from '../../../src/detector/annotate/draw-frame.ts';
import { drawMask } from '../../../src/detector/annotate/draw-mask.ts';
import { drawingSizes } from '../../../src/detector/annotate/drawing-sizes.ts';
import { fillRect } from '../../../src/detector/annotate/fill-rect.ts';
import { labelText } from '../../../src/detector/annotate/label-text.ts';
import { placeTags } from '../../../src/detector/annotate/place-tags.ts';
import { splitMarker } from '../../../src/detector/annotate/split-marker.ts';
import { allSteps } from './all-steps.ts';

const WHITE = { r: 255, g: 255, b: 255 };

const black = (width: number, height: number): Canvas => ({ data: new Uint8Array(width * height * 3), width, height });
/** Rows of the red channel. */
const rows = ({ data, width, height }: Canvas) =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => data[(y * width + x) * 3]!));

const FILLS: [string, Rect, number, number[][]][] = [
  [
    'whole pixels',
    { x1: 1, y1: 0, x2: 3, y2: 1 },
    1,
    [
      [0, 255, 255, 0],
      [0, 0, 0, 0],
    ],
  ],
  [
    'half of a pixel',
    { x1: 1.5, y1: 0, x2: 3, y2: 1 },
    1,
    [
      [0, 128, 255, 0],
      [0, 0, 0, 0],
    ],
  ],
  [
    'a quarter of a pixel',
    { x1: 0, y1: 0.5, x2: 0.5, y2: 1 },
    1,
    [
      [64, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  ],
  [
    'half transparent',
    { x1: 0, y1: 1, x2: 1, y2: 2 },
    0.5,
    [
      [0, 0, 0, 0],
      [128, 0, 0, 0],
    ],
  ],
  [
    'over every border',
    { x1: -9, y1: -9, x2: 99, y2: 99 },
    1,
    [
      [255, 255, 255, 255],
      [255, 255, 255, 255],
    ],
  ],
  [
    'outside',
    { x1: 9, y1: 9, x2: 12, y2: 12 },
    1,
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  ],
  [
    'nothing',
    { x1: 2, y1: 0, x2: 1, y2: 1 },
    1,
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  ],
  [
    'not a number',
    { x1: Number.NaN, y1: 0, x2: 1, y2: 1 },
    1,
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  ],
];

for (const [name, rect, alpha, expected] of FILLS) {
  test(`fillRect: ${name}`, () => {
    const canvas = black(4, 2);
    fillRect(canvas, rect, WHITE, alpha);
    assert.deepEqual(rows(canvas), expected);
  });
}

test('a translucent frame has no darker corners, and its inside is untouched', () => {
  const canvas = black(8, 8);
  drawFrame(canvas, { x1: 2, y1: 2, x2: 6, y2: 6 }, 2, WHITE, 0.5);
  const levels = rows(canvas).map(row => row.join(' '));
  const [side, outside] = ['0 128 128 0 0 128 128 0', '0 0 0 0 0 0 0 0'];
  const edge = '0 128 128 128 128 128 128 0';
  assert.deepEqual(levels, [outside, edge, edge, side, side, edge, edge, outside]);
});

test('a mask is blended by its ink, and cut off at the borders', () => {
  const canvas = black(3, 2);
  drawMask(canvas, { data: Uint8Array.of(255, 255, 128, 0), width: 2, height: 2 }, 2, 0, WHITE);
  drawMask(canvas, { data: Uint8Array.of(255, 255, 255, 51), width: 2, height: 2 }, -1, -1, WHITE);
  assert.deepEqual(rows(canvas), [
    [51, 0, 255],
    [0, 0, 128],
  ]);
});

const shadeOf = ({ width, height }: Canvas) => new Uint8Array(width * height);

test('bands of many boxes over one another never hide more than six tenths of the picture, and the first has its own', () => {
  const canvas = black(60, 60);
  const shade = shadeOf(canvas);
  const band = (colour: Rgb) =>
    allSteps(
      drawBands(canvas, { x1: 10, y1: 10, x2: 50, y2: 50 }, { left: 9, top: 9, right: 9, bottom: 9 }, colour, shade),
    );
  band({ r: 255, g: 0, b: 0 });
  const alone = Uint8Array.from(canvas.data);
  for (let i = 0; i < 20; i++) band({ r: 0, g: 0, b: 255 });
  let worst = 0;
  for (let at = 0; at < canvas.data.length; at += 3) {
    const [r, , b] = canvas.data.subarray(at, at + 3);
    worst = Math.max(worst, r! + b!);
    if (alone[at]! > 110) assert.ok(r! > 0.7 * alone[at]!, 'the middle of the first keeps most of its colour');
  }
  console.log(`brightest of 21 bands: ${worst} of 255 (tolerance ${0.6 * 255 + 8})`);
  assert.ok(worst <= 0.6 * 255 + 8);
  assert.ok(worst > 0.55 * 255);
});

test('a band is a normal distribution across its edge: as wide as its sigma, and each edge has its own', () => {
  const canvas = black(400, 300);
  const sigmas = { left: 20, top: 0, right: 8, bottom: 4 };
  allSteps(drawBands(canvas, { x1: 100, y1: 100, x2: 300, y2: 250 }, sigmas, WHITE, shadeOf(canvas)));
  const across = rows(canvas)[170]!;
  const peak = across[100]!;
  assert.ok(peak > 100 && peak < 140, `the middle of a band is ${peak}, about half opaque`);
  // The level at one sigma, with the end of the band (2.2 sigma) at zero.
  const floor = Math.exp(-(2.2 ** 2) / 2);
  const atSigma = (Math.exp(-0.5) - floor) / (1 - floor);
  for (const [x, sigma] of [
    [100, 20],
    [300, 8],
  ] as const) {
    for (const at of [x - sigma, x + sigma]) {
      assert.ok(Math.abs(across[at]! / peak - atSigma) < 0.06, `${across[at]} at ${at}, ${peak} on the edge`);
    }
    assert.equal(across[Math.floor(x + sigma * 2.3)], 0, 'nothing beyond its reach');
  }
  assert.equal(across[200], 0, 'nothing in the middle of the box');
  assert.equal(rows(canvas)[90]![200], 0, 'an edge without uncertainty has no band');
});

test('the bands of a large box are drawn a few rows at a time', () => {
  const canvas = black(10, 1000);
  const sigmas = { left: 2, top: 100, right: 2, bottom: 100 };
  const steps = [...drawBands(canvas, { x1: 0, y1: 0, x2: 10, y2: 1000 }, sigmas, WHITE, shadeOf(canvas))];
  assert.ok(steps.length >= 1000 / 20, `${steps.length} steps`);
});

test('places, frames and tags are drawn one at a time', () => {
  const detections = Array.from({ length: 20 }, (_, classId) => {
    return { classId, label: 'x', score: 0.5, box: { x1: 10, y1: 10, x2: 90, y2: 90 } };
  });
  const text = { data: new Uint8Array(4), width: 2, height: 2, lineTop: 0, lineHeight: 2 };
  const texts = detections.map(() => ({ label: text, score: text }));
  const sizes = { line: 2, halo: 1, text: 2, padding: 1 };
  const steps = [...drawDetections(black(100, 100), detections, texts, sizes, { bands: false })];
  assert.equal(steps.length, 3 * 20);
});

test('bandArea bounds what drawBands touches', () => {
  const boxes: Rect[] = [
    { x1: 50, y1: 40, x2: 150, y2: 90 },
    { x1: -10, y1: -10, x2: 30, y2: 230 },
    { x1: 0, y1: 0, x2: 200, y2: 120 },
  ];
  for (const box of boxes) {
    for (const sigma of [0, 0.3, 5, 40]) {
      const canvas = black(200, 120);
      const sigmas = { left: sigma, top: sigma / 2, right: sigma * 2, bottom: sigma };
      allSteps(drawBands(canvas, box, sigmas, WHITE, shadeOf(canvas)));
      const touched = rows(canvas)
        .flat()
        .filter(level => level > 0).length;
      const bound = bandArea(canvas, box, sigmas);
      assert.ok(touched <= bound, `${touched} pixels, ${bound} announced`);
    }
  }
});

test('a class has one colour, neighbours differ, and dark text can be read on each', () => {
  assert.deepEqual(classColour(7), classColour(7));
  const colours = Array.from({ length: 365 }, (_, id) => classColour(id));
  for (const [id, { r, g, b }] of colours.entries()) {
    const next = colours[id + 1];
    if (next) assert.ok(Math.abs(next.r - r) + Math.abs(next.g - g) + Math.abs(next.b - b) > 60, `${id} and its next`);
    // WCAG 2, contrast with a level of 16 or so
    const linear = [r, g, b].map(level => (level / 255) ** 2.2);
    const contrast = (0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]! + 0.05) / 0.0555;
    assert.ok(contrast > 4.5, `class ${id}: ${contrast.toFixed(1)} to 1`);
  }
});

test('the picture and the page colour a class alike', async () => {
  assert.ok(readdirSync('src/page/draw').includes('class-colour.ts'));
  const page = await import('../../../src/page/draw/class-colour.ts');
  for (let id = 0; id < 90; id++) assert.deepEqual(classColour(id), page.classColour(id));
});

test('sizes grow with the picture, stay readable on a small one, and shrink in a crowd', () => {
  const small = drawingSizes({ width: 100, height: 75 }, []);
  const large = drawingSizes({ width: 4000, height: 3000 }, []);
  assert.deepEqual([small.text, small.line], [9, 1]);
  assert.ok(large.text > 80 && large.text < 100 && large.line > 12 && large.line < 15, JSON.stringify(large));
  const box = { x1: 0, y1: 0, x2: 300, y2: 300 };
  const crowd = drawingSizes({ width: 4000, height: 3000 }, Array(60).fill(box));
  assert.ok(crowd.text < large.text * 0.7 && crowd.line === large.line);
  const hostile = drawingSizes({ width: 6000, height: 5500 }, Array(1000).fill({ x1: 0, y1: 0, x2: 6000, y2: 5500 }));
  const drawn = 1000 * 2 * (6000 + 5500) * (2 * hostile.line + 2 * hostile.halo);
  assert.ok(drawn < 12 * 6000 * 5500, `${(drawn / 6000 / 5500).toFixed(1)} pictures of lines`);
});

const TAG = { width: 40, height: 10 };
const PLACES: [string, Rect[], { x: number; y: number }[]][] = [
  ['above the box', [{ x1: 20, y1: 50, x2: 90, y2: 80 }], [{ x: 19, y: 39 }]],
  ['inside where the picture ends', [{ x1: 20, y1: 3, x2: 90, y2: 80 }], [{ x: 19, y: 2 }]],
  ['moved in from the right', [{ x1: 180, y1: 50, x2: 199, y2: 80 }], [{ x: 160, y: 39 }]],
  [
    'the same box twice: beside each other or one inside, never on top',
    [
      { x1: 20, y1: 50, x2: 90, y2: 80 },
      { x1: 20, y1: 50, x2: 90, y2: 80 },
    ],
    [
      { x: 19, y: 39 },
      { x: 19, y: 49 },
    ],
  ],
];

for (const [name, boxes, expected] of PLACES) {
  test(`placeTags: ${name}`, () => {
    const tags = boxes.map(() => [TAG]);
    const places = allSteps(placeTags(boxes, tags, { width: 200, height: 100 }, 2));
    assert.deepEqual(
      places,
      expected.map(place => ({ ...place, wording: 0 })),
    );
  });
}

test('placeTags: a shorter wording where the full one would cover a better tag', () => {
  const [left, right] = [
    { x1: 1, y1: 1, x2: 9, y2: 9 },
    { x1: 45, y1: 1, x2: 63, y2: 9 },
  ];
  const wordings = [TAG, { width: 18, height: 10 }];
  const tags = [wordings, wordings, wordings];
  assert.deepEqual(allSteps(placeTags([left, right, right], tags, { width: 70, height: 10 }, 2)), [
    { x: 0, y: 0, wording: 0 },
    { x: 44, y: 0, wording: 1 },
    { x: 46, y: 0, wording: 1 }, // no room for any: what covers least
  ]);
});

const LABELS: [string, string, string][] = [
  ['as it is', 'traffic light', 'traffic light'],
  ['one line', 'two\nlines\tand\u2028more', 'two lines and more'],
  ['no reordering of what follows', 'a\u202e\u2067b', 'a b'],
  ['blanks at its ends', '  cat ', 'cat'],
  ['other scripts', 'कुत्ता', 'कुत्ता'],
  ['too long', 'x'.repeat(60), `${'x'.repeat(48)}…`],
  ['one letter with a thousand marks', `z${'\u0301'.repeat(1000)}`, `z${'\u0301'.repeat(143)}…`],
  ['nothing', '', ''],
];

for (const [name, label, expected] of LABELS) {
  test(`labelText: ${name}`, () => assert.equal(labelText(label), expected));
}

test('splitMarker takes the bar off and says where its line was', () => {
  const ink = ['....#.', '#...#.', '#..###', '....#.'].join('');
  const data = Uint8Array.from(ink, letter => (letter === '#' ? 255 : 0));
  const { data: rest, ...place } = splitMarker({ data, width: 6, height: 4 });
  assert.deepEqual(place, { width: 3, height: 4, lineTop: 1, lineHeight: 2 });
  assert.deepEqual(Array.from(rest, level => (level ? '#' : '.')).join(''), '.#..#.###.#.');
});
