import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, lstat, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { EvalSummary } from '../../src/cli/eval/summary.ts';
import { assertClose } from '../support/largest-difference.ts';
import { squares } from '../support/squares.ts';
import { writeTinyModel } from '../support/tiny-model.ts';

/** The command itself, with real engines and a model whose every answer is known. */

const CLI = fileURLToPath(new URL('../../src/cli.js', import.meta.url));
const CATEGORIES = [
  { id: 1, name: 'red' },
  { id: 2, name: 'Green' },
  { id: 3, name: 'blue' },
];

let folder: string;
let images: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gfl-eval-'));
  images = path.join(folder, 'images');
  await mkdir(images);
  await writeTinyModel(path.join(folder, 'models', 'tiny'));
  await mkdir(path.join(folder, 'models', 'no-model'));
  await writeFile(path.join(images, 'red.png'), await squares([['red', 5, 2]]));
  await writeFile(
    path.join(images, 'two.png'),
    await squares([
      ['green', 2, 2],
      ['blue', 4, 3],
    ]),
  );
  await writeFile(path.join(images, 'none.png'), await squares([]));
  await writeFile(path.join(images, 'broken.png'), (await squares([['red', 5, 2]])).subarray(0, 60));
});
after(() => rm(folder, { recursive: true }));

/** The box of a square in this cell: 8, 12, 16 and 24 pixels around its centre. */
function boxAt(column: number, row: number): [number, number, number, number] {
  return [column * 8 + 4 - 8, row * 8 + 4 - 12, 24, 36];
}

const RED = { file: 'red.png', objects: [{ category: 1, bbox: boxAt(5, 2) }] };
const TWO = {
  file: 'two.png',
  objects: [
    { category: 2, bbox: boxAt(2, 2) },
    { category: 3, bbox: boxAt(4, 3) },
  ],
};
const NONE = { file: 'none.png', objects: [] };
const BROKEN = { file: 'broken.png', objects: [{ category: 1, bbox: boxAt(5, 2) }] };

interface Picture {
  file: string;
  objects: { category: number; bbox: number[] }[];
  size?: [number, number];
}

async function annotations(name: string, pictures: readonly Picture[], categories = CATEGORIES): Promise<string> {
  const file = path.join(folder, `${name}.json`);
  const all = pictures.flatMap(({ objects }, i) => objects.map(object => ({ ...object, image: i + 1 })));
  const dataset = {
    images: pictures.map(({ file: file_name, size: [width, height] = [64, 64] }, i) => ({
      id: i + 1,
      file_name,
      width,
      height,
    })),
    annotations: all.map(({ image, category, bbox }, i) => {
      return { id: i + 1, image_id: image, category_id: category, bbox, area: bbox[2]! * bbox[3]!, iscrowd: 0 };
    }),
    categories,
  };
  await writeFile(file, JSON.stringify(dataset));
  return file;
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, 'eval', ...args], { env: { ...process.env, PROVIDER: 'cpu', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', chunk => (stdout += chunk));
    child.stderr.on('data', chunk => (stderr += chunk));
    child.on('error', reject);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}

function evaluate(annotated: string, ...more: string[]): Promise<Ended> {
  const models = path.join(folder, 'models');
  return run(['--model', 'tiny', '--models-dir', models, '--images', images, '--annotations', annotated, ...more]);
}

async function summaryOf(annotated: string, ...more: string[]): Promise<EvalSummary> {
  const { code, stdout, stderr } = await evaluate(annotated, '--format', 'json', ...more);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

test('json: one object on standard output, of a model that finds everything and knows its edges', async () => {
  const summary = await summaryOf(await annotations('all', [RED, TWO, NONE]));
  assertClose([summary.ap!, summary.ap50!, summary.ap75!, summary.ar100!], [1, 1, 1, 1], 1e-12, 'AP and AR');
  assert.deepEqual(
    [summary.pictures, summary.objects, summary.detections, summary.scoreThreshold, summary.maxDetections],
    [3, 3, 3, 0.05, 100],
  );
  assert.equal(summary.model.name, 'tiny');
  assert.deepEqual(
    summary.classes.map(({ name, ap }) => [name, ap]),
    [
      ['red', 1],
      ['Green', 1],
      ['blue', 1],
    ],
  );
  // Every score is 0.9975 and every IoU 1, in the last bin.
  const { calibration, edges } = summary;
  assert.equal(calibration?.bins[9]?.detections, 3);
  assertClose([calibration.ece, calibration.meanIou], [0.0025, 1], 1e-3, 'calibration');
  assert.equal(edges?.objects, 3);
  // left 1, top 1.5, right 2, bottom 3 bins; the second and the last share their probability between two.
  assertClose([edges.left.dfl, edges.top.dfl, edges.right.dfl], [0, Math.log(2), 0], 1e-4, 'DFL');
  assertClose([edges.top.meanSigma, edges.bottom.meanSigma], [4, 8], 1e-3, 'sigma, pixels');
  assert.equal(edges.bottom.within1Sigma, 1);
  assert.equal(edges.bySize.large, null);
  assert.deepEqual(summary.notes, []);
});

test('text: the same figures as a table', async () => {
  const { code, stdout } = await evaluate(await annotations('all', [RED, TWO, NONE]));
  assert.equal(code, 0);
  assert.match(stdout, /^tiny 1 on cpu: 3 pictures, 3 objects, 3 detections/);
  assert.match(stdout, /^AP +1\.000 +1\.000 +1\.000/m);
  assert.match(stdout, /Edges of 3 found objects/);
});

test('the number of engines changes nothing', async () => {
  const pictures = Array.from({ length: 24 }, (_, i) => [RED, TWO, NONE][i % 3]!);
  const annotated = await annotations('many', pictures);
  const ended = [];
  for (const engines of ['1', '3']) {
    const out = path.join(folder, `results-${engines}.json`);
    const { stdout, stderr } = await evaluate(annotated, '--format', 'json', '--engines', engines, '--out', out);
    ended.push({ stdout, results: await readFile(out, 'utf8') });
    assert.match(stderr, /24 of 24 pictures +[\d.]+\/s/);
  }
  assert.equal(ended[0]?.stdout, ended[1]?.stdout);
  assert.equal(ended[0]?.results, ended[1]?.results);
  assert.equal(JSON.parse(ended[0]!.results).length, 24);
});

test('--out is the COCO results format', async () => {
  const out = path.join(folder, 'results.json');
  await summaryOf(await annotations('two', [TWO]), '--out', out);
  const results: { image_id: number; category_id: number; bbox: number[]; score: number }[] = JSON.parse(
    await readFile(out, 'utf8'),
  );
  assert.deepEqual(
    results.map(({ image_id, category_id }) => [image_id, category_id]),
    [
      [1, 2],
      [1, 3],
    ],
  );
  assertClose(
    results.flatMap(({ bbox }) => bbox),
    [...boxAt(2, 2), ...boxAt(4, 3)],
    1e-2,
    'boxes',
  );
});

test('--report is one page with the worst pictures in it, turned upright, the right ones left out', async () => {
  const report = path.join(folder, 'report.html');
  const wrong = { file: 'two.png', objects: [{ category: 1, bbox: boxAt(5, 2) }] };
  await summaryOf(await annotations('report', [RED, wrong, NONE]), '--report', report);
  const page = await readFile(report, 'utf8');
  assert.match(page, /<title>tiny on report\.json<\/title>/);
  assert.deepEqual(page.match(/<code>\w+\.png<\/code> [^<]*/g), [
    '<code>two.png</code> 0 of 1 found, 1 missed, 2 wrong; F1&nbsp;.000',
  ]);
  const [, encoded] = /<image href="data:image\/webp;base64,([^"]+)" width="64" height="64"/.exec(page)!;
  const { format, width, height } = await sharp(Buffer.from(encoded!, 'base64')).metadata();
  assert.deepEqual([format, width, height], ['webp', 64, 64]);
});

test('of a link, the file it leads to is written, and the link stays', async () => {
  const [target, name] = [path.join(folder, 'target.json'), path.join(folder, 'link.json')];
  await writeFile(target, 'old');
  await symlink(target, name);
  await summaryOf(await annotations('two', [TWO]), '--out', name);
  assert.ok((await lstat(name)).isSymbolicLink());
  assert.equal(JSON.parse(await readFile(target, 'utf8')).length, 2);
});

test('files are written and the exit code stays although nobody reads what is printed', async () => {
  const annotated = await annotations('broken', [RED, BROKEN]);
  const [out, report] = [path.join(folder, 'unread.json'), path.join(folder, 'unread.html')];
  const models = path.join(folder, 'models');
  const args = ['--model', 'tiny', '--models-dir', models, '--images', images, '--annotations', annotated];
  const child = spawn(process.execPath, [CLI, 'eval', ...args, '--out', out, '--report', report]);
  child.stdout.destroy();
  child.stderr.destroy();
  const [code] = await once(child, 'close');
  assert.equal(code, 2);
  assert.equal(JSON.parse(await readFile(out, 'utf8')).length, 1);
  assert.match(await readFile(report, 'utf8'), /<\/html>/);
});

test('--limit takes the lowest ids, --threshold is the least score', async () => {
  const annotated = await annotations('all', [RED, TWO, NONE]);
  const limited = await summaryOf(annotated, '--limit', '1');
  assert.deepEqual([limited.pictures, limited.objects], [1, 1]);
  const sure = await summaryOf(annotated, '--threshold', '0.999');
  assert.deepEqual([sure.detections, sure.ap, sure.calibration, sure.edges], [0, 0, undefined, undefined]);
});

test('a class the model does not know is left out and named, so is one the annotations do not have', async () => {
  const categories = [
    { id: 1, name: 'red' },
    { id: 9, name: 'pink' },
  ];
  const pink = { file: 'two.png', objects: [{ category: 9, bbox: boxAt(2, 2) }] };
  const { ap, notes, objects, detections } = await summaryOf(await annotations('pink', [RED, pink], categories));
  assert.deepEqual([ap, objects, detections], [1, 1, 1]);
  assert.match(notes[0]!, /does not know "pink" of the annotations: 1 class is evaluated/);
  assert.match(notes[1]!, /annotations do not have "green", "blue" of the model/);
});

test('--classes-by order takes categories of other names', async () => {
  const categories = ['rot', 'grün', 'blau'].map((name, i) => ({ id: i + 1, name }));
  const { ap } = await summaryOf(await annotations('rot', [RED, TWO], categories), '--classes-by', 'order');
  assert.equal(ap, 1);
});

describe('a picture that EXIF turns', () => {
  // Upright 64x32 with a red square; stored lying on its side, 32x64. The box reaches the lower border.
  const upright = { objects: [{ category: 1, bbox: [36, 8, 24, 24] }], size: [64, 32] as [number, number] };
  const stored = { objects: [{ category: 1, bbox: [8, 4, 24, 24] }], size: [32, 64] as [number, number] };

  before(async () => {
    const whole = await squares([['red', 5, 2]]);
    const standing = await sharp(whole).extract({ left: 0, top: 0, width: 64, height: 32 }).png().toBuffer();
    await writeFile(
      path.join(images, 'turned.png'),
      await sharp(standing).rotate(270).withMetadata({ orientation: 6 }).png().toBuffer(),
    );
    const mirrored = await sharp(whole).flop().withMetadata({ orientation: 2 }).png().toBuffer();
    await writeFile(path.join(images, 'mirrored.png'), mirrored);
  });

  const frames: [string, typeof upright, string[], number][] = [
    ['annotated as stored', stored, [], 1],
    ['annotated upright', upright, [], 1],
    ['annotated as stored, said so', stored, ['--frame', 'stored'], 1],
    ['annotated as stored, the other said', stored, ['--frame', 'upright'], 0],
  ];
  for (const [name, picture, more, expected] of frames) {
    test(`${name}: AP ${expected}`, async () => {
      const out = path.join(folder, 'turned-results.json');
      const annotated = await annotations('turned', [{ ...picture, file: 'turned.png' }]);
      const { ap } = await summaryOf(annotated, '--out', out, ...more);
      assert.equal(ap, expected);
      const [result] = JSON.parse(await readFile(out, 'utf8'));
      const frame = more.at(-1) === 'upright' ? upright : picture;
      assertClose(result.bbox, frame.objects[0]!.bbox, 1e-2, "the result is in the annotations' frame");
    });
  }

  test('where nothing tells, as stored, with a note that names the way out', async () => {
    const [x, y, width, height] = boxAt(5, 2);
    const picture = { file: 'mirrored.png', objects: [{ category: 1, bbox: [64 - x - width, y, width, height] }] };
    const { ap, notes } = await summaryOf(await annotations('mirrored', [picture]));
    assert.equal(ap, 1);
    assert.match(notes[0]!, /EXIF turns 1 picture \("mirrored\.png"\).*--frame upright/);
  });
});

test('annotations of pictures of another size are doubted', async () => {
  const { notes } = await summaryOf(await annotations('size', [{ ...RED, size: [128, 128] }]));
  assert.match(notes[0]!, /1 picture \("red\.png"\) are of another size/);
});

test('a broken picture is named and counted, its objects are missed, and the exit code says it', async () => {
  const annotated = await annotations('broken', [RED, BROKEN, NONE]);
  const { code, stdout, stderr } = await evaluate(annotated, '--format', 'json');
  assert.equal(code, 2);
  const { refused, ap, ar100, pictures, notes }: EvalSummary = JSON.parse(stdout);
  assert.equal(pictures, 3);
  assert.deepEqual(
    refused.map(({ file }) => file),
    ['broken.png'],
  );
  assert.match(refused[0]!.reason, /does not decode/);
  assert.equal(ar100, 0.5);
  assert.ok(ap! > 0.4 && ap! < 0.6);
  assert.match(notes.at(-1)!, /1 of 3 pictures were refused/);
  assert.match(stderr, /^broken\.png: The picture does not decode/m);
});

describe('what cannot be measured is said in a sentence, exit code 1, nothing on standard output', () => {
  const all = () => annotations('all', [RED, TWO, NONE]);
  const cases: [string, () => Promise<Ended>, RegExp][] = [
    ['no model named', () => run([]), /^--model is missing\.\n\nUsage: gfl-serve eval/],
    [
      'a model that is not there',
      async () =>
        run([
          '--model',
          'huge',
          '--models-dir',
          path.join(folder, 'models'),
          '--images',
          images,
          '--annotations',
          await all(),
        ]),
      /There is no model "huge" in .*models: it has tiny\./,
    ],
    [
      'no models folder',
      async () =>
        run(['--model', 'tiny', '--models-dir', '/nowhere', '--images', images, '--annotations', await all()]),
      /models folder \/nowhere cannot be read/,
    ],
    [
      'no pictures folder',
      async () =>
        run([
          '--model',
          'tiny',
          '--models-dir',
          path.join(folder, 'models'),
          '--images',
          '/nowhere',
          '--annotations',
          await all(),
        ]),
      /pictures' folder \/nowhere cannot be read/,
    ],
    [
      'annotations that are not there',
      () => evaluate('/nowhere.json'),
      /annotations \/nowhere\.json cannot be read: there is no such file/,
    ],
    ['annotations that are a picture', () => evaluate(path.join(images, 'red.png')), /are not JSON/],
    [
      'pictures that are not there',
      async () =>
        evaluate(await annotations('gone', [RED, { file: 'a.jpg', objects: [] }, { file: 'b.jpg', objects: [] }])),
      /2 of the 3 pictures in the annotations are not in .*: "a\.jpg", "b\.jpg"\. Add them/,
    ],
    [
      'no class in common',
      async () =>
        evaluate(
          await annotations(
            'rot',
            [RED],
            ['rot', 'grün', 'blau'].map((name, i) => ({ id: i + 1, name })),
          ),
        ),
      /no class name in common.*--classes-by order/,
    ],
    [
      'only broken pictures',
      async () => evaluate(await annotations('broken', [BROKEN])),
      /None of the 1 pictures could be evaluated\. broken\.png: /,
    ],
    [
      'results into no folder',
      async () => evaluate(await all(), '--out', '/nowhere/results.json'),
      /results\.json cannot be written: \/nowhere is no folder/,
    ],
    [
      'a report into a folder',
      async () => evaluate(await all(), '--report', folder),
      /cannot be written: it is a folder\./,
    ],
    [
      'results into a pipe',
      async () => {
        execFileSync('mkfifo', [path.join(folder, 'pipe')]);
        return evaluate(await all(), '--out', path.join(folder, 'pipe'));
      },
      /--out is .*pipe, which is no file; name one\./,
    ],
    [
      'a link that leads nowhere',
      async () => {
        await symlink('/nowhere/x', path.join(folder, 'astray'));
        return evaluate(await all(), '--report', path.join(folder, 'astray'));
      },
      /--report is the link .*astray, which leads nowhere/,
    ],
    [
      'results into the annotations',
      async () => evaluate(await all(), '--out', await all()),
      /--out .*all\.json would replace what is read, .*all\.json; name another file\./,
    ],
    [
      'a report into a picture, by another name of it',
      async () => {
        await link(path.join(images, 'red.png'), path.join(folder, 'other-name'));
        return evaluate(await all(), '--report', path.join(folder, 'other-name'));
      },
      /--report .*other-name would replace what is read, .*images\/red\.png;/,
    ],
    [
      'results into the manifest',
      async () => evaluate(await all(), '--out', path.join(folder, 'models/tiny/model.json')),
      /--out .* would replace what is read, .*model\.json;/,
    ],
    [
      'both into one file, by two names of its folder',
      async () => {
        await symlink(folder, path.join(folder, 'again'));
        const both = (at: string) => path.join(at, 'both.html');
        return evaluate(await all(), '--out', both(folder), '--report', both(path.join(folder, 'again')));
      },
      /--out and --report are both .*both\.html; name two files\./,
    ],
    [
      'a limit of none',
      async () => evaluate(await all(), '--limit', '0'),
      /--limit is "0"; expected a whole number from 1\./,
    ],
    [
      'a threshold above 1',
      async () => evaluate(await all(), '--threshold', '1.5'),
      /--threshold is "1\.5"; expected a number from 0 to 1\./,
    ],
    [
      'a format of its own',
      async () => evaluate(await all(), '--format', 'xml'),
      /--format is "xml"; expected text or json\./,
    ],
    [
      'engines by name',
      async () => evaluate(await all(), '--engines', 'many'),
      /^--engines is "many"; expected a whole number/m,
    ],
    [
      'engines by name, in the environment',
      async () => run(['--model', 'tiny', '--images', images, '--annotations', await all()], { ENGINES: 'many' }),
      /^ENGINES is "many"; expected a whole number/m,
    ],
    ['an unknown option', async () => evaluate(await all(), '--fast'), /Unknown option '--fast'/],
  ];
  for (const [name, start, message] of cases) {
    test(name, async () => {
      const { code, stdout, stderr } = await start();
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /This is a bug|\n +at /);
      assert.equal(code, 1);
      assert.equal(stdout, '');
    });
  }
});

test('--help says what there is', async () => {
  const { code, stdout } = await run(['--help']);
  assert.equal(code, 0);
  assert.match(stdout, /^Usage: gfl-serve eval/);
});
