import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { type RunningService, startService } from '../../bench/start-service.ts';
import type { Answer, Box } from '../../src/page/api/answer.ts';
import { classColour } from '../../src/page/draw/class-colour.ts';
import { squares } from '../support/squares.ts';
import { writeTinyModel } from '../support/tiny-model.ts';
import { launchBrowser, NO_BROWSER, type Visit, visit } from './browser.ts';
import {
  boxesOnScreen,
  edgeMiddles,
  type FileToGive,
  give,
  labelsOnScreen,
  nextFrame,
  overlayAt,
  setThreshold,
  settled,
} from './on-page.ts';

/** The page in a real browser, before the real service with the default model and the one made for tests. */

const ASTRONAUT = 'samples/astronaut.jpg';
const MOTORCYCLE = 'samples/motorcycle.jpg';

let folder: string;
let service: RunningService;
let browser: Browser;
let home: string;

async function ask(picture: Buffer, query: string): Promise<Answer> {
  const answer = await fetch(`${service.url}/detect?${query}`, { method: 'POST', body: new Uint8Array(picture) });
  assert.equal(answer.status, 200);
  return (await answer.json()) as Answer;
}

const png = (name: string, buffer: Buffer): FileToGive => ({ name, mimeType: 'image/png', buffer });

function assertSameBoxes(found: Box[], expected: Box[], within: number): void {
  assert.equal(found.length, expected.length);
  for (const [i, box] of expected.entries()) {
    for (const corner of ['x1', 'y1', 'x2', 'y2'] as const) {
      const difference = Math.abs(found[i]![corner] - box[corner]);
      assert.ok(difference <= within, `box ${i}: ${corner} is ${found[i]![corner]}, the answer says ${box[corner]}`);
    }
  }
}

describe('the page', { skip: NO_BROWSER }, () => {
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'gfl-page-'));
    await symlink(path.resolve('models/nanodet-g'), path.join(folder, 'nanodet-g'));
    await writeTinyModel(path.join(folder, 'tiny'));
    // MJPEG is one JPEG after the other.
    const frame = await sharp(ASTRONAUT).resize(512, 512).jpeg({ chromaSubsampling: '4:2:0' }).toBuffer();
    const camera = path.join(folder, 'camera.mjpeg');
    await writeFile(camera, Buffer.concat(Array.from({ length: 10 }, () => frame)));
    [service, browser] = await Promise.all([
      startService({ MODELS_DIR: folder, MODEL: 'nanodet-g,tiny', ENGINES: '1' }),
      launchBrowser({ camera }),
    ]);
    home = `${service.url}/`;
  });
  after(async () => {
    await browser?.close();
    await service?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** One visit, which must end without a complaint. */
  function onPage(name: string, run: (visit: Visit) => Promise<void>, options: Parameters<typeof visit>[2] = {}): void {
    test(name, async () => {
      const one = await visit(browser, home, options);
      try {
        await run(one);
        assert.deepEqual(one.complaints, []);
      } finally {
        await one.close();
      }
    });
  }

  onPage(
    'an uploaded picture: boxes on screen where the answer has them, lines in the colour of the class',
    async ({ page }) => {
      await give(page, [ASTRONAUT]);
      const { image, detections } = await ask(readFileSync(ASTRONAUT), 'score_threshold=0.25');
      assert.ok(detections.length > 0);
      assertSameBoxes(
        await boxesOnScreen(page, image),
        detections.map(({ box }) => box),
        0.5,
      );
      assert.deepEqual(
        await labelsOnScreen(page),
        detections.map(({ label }) => label),
      );

      await page.locator('#bands').uncheck();
      const { class_id: classId, box } = detections[0]!;
      const { r, g, b } = classColour(classId);
      for (const [i, pixel] of (await overlayAt(page, image, edgeMiddles(box))).entries()) {
        const off = Math.max(...[r, g, b].map((channel, at) => Math.abs(channel - pixel[at]!)));
        assert.ok(pixel[3]! > 250 && off <= 3, `edge ${i} is drawn as ${pixel}, the class has ${[r, g, b]}`);
      }
      const clear = await overlayAt(page, image, [[(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2]]);
      assert.equal(clear[0]![3], 0, 'nothing is drawn in the middle of the box');

      const [frame, shown] = await page.evaluate(() => {
        const { width, height } = document.querySelector('#frame')!.getBoundingClientRect();
        const { naturalWidth, naturalHeight } = document.querySelector<HTMLImageElement>('#picture')!;
        return [width / height, naturalWidth / naturalHeight];
      });
      assert.ok(Math.abs(frame! - shown!) < 0.01, 'the picture keeps its shape');
    },
  );

  onPage('a picture that EXIF turns lies under its boxes', async ({ page }) => {
    const turned = await sharp(MOTORCYCLE).rotate(-90).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const answer = await ask(turned, 'score_threshold=0.25');
    assert.ok(answer.image.width > answer.image.height);
    await give(page, [{ name: 'turned.jpg', mimeType: 'image/jpeg', buffer: turned }]);
    const natural = await page
      .locator('#picture')
      .evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight]);
    assert.deepEqual(natural, [answer.image.width, answer.image.height]);
    assertSameBoxes(
      await boxesOnScreen(page, answer.image),
      answer.detections.map(({ box }) => box),
      0.5,
    );
  });

  onPage(
    'another model is chosen: the picture is asked for again, and lies exactly where it must',
    async ({ page, requests }) => {
      const picture = await squares([
        ['red', 2, 2],
        ['blue', 5, 3],
      ]);
      await give(page, [png('squares.png', picture)]);
      await page.locator('#model').selectOption('tiny');
      await settled(page);
      assert.equal(requests.filter(one => one === '/detect').length, 2);
      const { image, detections } = await ask(picture, 'model=tiny');
      assert.deepEqual(detections.map(({ label }) => label).sort(), ['blue', 'red']);
      assertSameBoxes(
        await boxesOnScreen(page, image),
        detections.map(({ box }) => box),
        0.1,
      );
      await page.locator('#answer summary').click();
      await page.locator('#curl:not(:empty)').waitFor();
      assert.match((await page.locator('#curl').textContent())!, / -F model=tiny /);
    },
  );

  onPage('bands: as wide as the uncertainty, and gone when switched off', async ({ page }) => {
    const picture = await squares([['green', 4, 1]]);
    await give(page, [png('square.png', picture)]);
    await page.locator('#model').selectOption('tiny');
    await settled(page);
    const { image, detections } = await ask(picture, 'model=tiny');
    const { box, uncertainty } = detections[0]!;
    const x = (box.x1 + box.x2) / 2;
    // From the bottom edge, whose sigma is 8 pixels, down: past the line itself, one sigma, and out of reach.
    const at = (sigmas: number): [number, number] => [x, box.y2 + sigmas * uncertainty!.bottom];
    const points = [at(-0.4), at(0.4), at(1), at(2.4)];
    const alphas = (await overlayAt(page, image, points)).map(pixel => pixel[3]!);
    const [inside, near, one, beyond] = alphas as [number, number, number, number];
    assert.ok(Math.abs(inside - near) <= 0.1 * near, `the same to both sides: ${alphas}`);
    // exp(-1/2) / exp(-0.08) = 0.66, a little less since it is zero at its end.
    assert.ok(one / near > 0.5 && one / near < 0.75, `a normal distribution: ${alphas}`);
    assert.equal(beyond, 0, `no further than it reaches: ${alphas}`);
    // The left edge has no uncertainty in this model: no band.
    const [left] = await overlayAt(page, image, [[box.x1 - 2, (box.y1 + box.y2) / 2]]);
    assert.equal(left![3], 0);
    await page.locator('#bands').uncheck();
    const off = (await overlayAt(page, image, points)).map(pixel => pixel[3]);
    assert.deepEqual(off, [0, 0, 0, 0]);
  });

  onPage('slider and chips act at once, without asking the service again', async ({ page, requests }) => {
    await give(page, [MOTORCYCLE]);
    const bytes = readFileSync(MOTORCYCLE);
    for (const threshold of [0.6, 0.15, 0.35, 0.95]) {
      await setThreshold(page, threshold);
      const { image, detections } = await ask(bytes, `score_threshold=${threshold}&max_detections=300`);
      assertSameBoxes(
        await boxesOnScreen(page, image),
        detections.map(({ box }) => box),
        0.5,
      );
      assert.match((await page.locator('#count').textContent())!, new RegExp(`^${detections.length} of \\d+ box`));
      assert.equal(await page.locator('#threshold-value').textContent(), threshold.toFixed(2));
    }
    await setThreshold(page, 0.15);
    const all = await labelsOnScreen(page);
    const chip = page.locator('.chip[data-label=motorcycle]');
    await chip.click();
    const { detections } = await ask(bytes, 'score_threshold=0.15&classes=motorcycle');
    assert.deepEqual(
      await labelsOnScreen(page),
      detections.map(({ label }) => label),
    );
    assert.ok(detections.length < all.length, 'there was something to hide');
    assert.equal(await chip.getAttribute('aria-pressed'), 'true');
    await page.locator('#all-classes').click();
    assert.deepEqual(await labelsOnScreen(page), all);
    assert.equal(requests.filter(one => one === '/detect').length, 1);
  });

  onPage('a box that is pointed at, or reached by keyboard, shows its four distributions', async ({ page }) => {
    await give(page, [ASTRONAUT]);
    const { detections } = await ask(readFileSync(ASTRONAUT), 'score_threshold=0.25&include=distribution');
    const [{ distribution, uncertainty, box }] = detections as [(typeof detections)[number]];
    const card = page.locator('#edge-card');
    assert.equal(await card.isVisible(), false);
    await page
      .locator('.box')
      .first()
      .hover({ position: { x: 20, y: 60 } });
    await card.waitFor();
    assert.equal(await card.locator('.histogram').count(), 4);
    for (const [edge, corner] of [
      ['left', 'x1'],
      ['top', 'y1'],
      ['right', 'x2'],
      ['bottom', 'y2'],
    ] as const) {
      const plot = card.locator(`.histogram[data-edge=${edge}]`);
      const heights = await plot
        .locator('.bin')
        .evaluateAll(bins => bins.map(bin => Number(bin.getAttribute('height'))));
      const outwards = edge === 'left' || edge === 'top' ? [...distribution![edge]].reverse() : distribution![edge];
      assert.equal(heights.length, outwards.length);
      assert.equal(
        heights.indexOf(Math.max(...heights)),
        outwards.indexOf(Math.max(...outwards)),
        `${edge}: its highest bar`,
      );
      const text = (await plot.locator('.value').textContent())!;
      const [at, sigma] = text.split(' ± ').map(Number) as [number, number];
      assert.ok(Math.abs(at - box[corner]) <= 0.5 && Math.abs(sigma - uncertainty![edge]) <= 0.5, text);
    }
    await page.mouse.move(5, 5);
    await card.waitFor({ state: 'hidden' });
    await page.locator('.box').first().focus();
    await page.keyboard.press('ArrowRight');
    await card.waitFor();
    assert.match((await card.textContent())!, new RegExp(detections[1]!.label));
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
    await page
      .locator('.box')
      .first()
      .click({ position: { x: 20, y: 60 } });
    await page.mouse.move(5, 5);
    await nextFrame(page);
    assert.equal(await card.isVisible(), true, 'a click pins it');
  });

  onPage(
    'of boxes that lie over each other a pointer reaches each: by its edge, or by another click',
    async ({ page }) => {
      await give(page, ['samples/coffee.jpg']);
      await setThreshold(page, 0.25);
      const boxes = page.locator('.box');
      const frame = (await page.locator('#frame').boundingBox())!;
      const marked = () => boxes.evaluateAll(all => all.flatMap((box, i) => (box.ariaPressed === 'true' ? [i] : [])));
      const count = await boxes.count();
      assert.ok(count >= 2);
      for (let i = 0; i < count; i++) {
        const box = (await boxes.nth(i).boundingBox())!;
        await page.mouse.move(Math.min(box.x + box.width, frame.x + frame.width) - 1, box.y + box.height / 2);
        await nextFrame(page);
        if (i === 0) assert.deepEqual(await marked(), [0], 'the edge of the largest');
      }
      const middle = [frame.x + frame.width / 2, frame.y + frame.height / 2] as const;
      const reached = new Set<number>();
      for (let clicks = 0; clicks < count; clicks++) {
        await page.mouse.click(...middle);
        await nextFrame(page);
        for (const one of await marked()) reached.add(one);
      }
      assert.equal(reached.size, count, `clicks in the middle reach ${[...reached]}`);
      assert.equal((await ask(readFileSync('samples/coffee.jpg'), '')).detections.length, count);
    },
  );

  onPage('the curl line gives the JSON that is shown; both are copied whole', async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await give(page, [MOTORCYCLE]);
    await setThreshold(page, 0.2);
    await page.locator('.chip[data-label=motorcycle]').click();
    await page.locator('#answer summary').click();
    await page.locator('input[value=distribution]').check();
    await page.locator('input[value=timings]').check();
    await page.locator('#copy-curl').click();
    const line = await page.evaluate(() => navigator.clipboard.readText());
    await page.locator('#copy-json').click();
    const shown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
    await page.locator('#json:not(:empty)').waitFor();
    assert.deepEqual(JSON.parse((await page.locator('#json').textContent())!), shown);
    const { stdout } = await promisify(execFile)('bash', ['-c', line], { cwd: 'samples' });
    const given = JSON.parse(stdout);
    assert.deepEqual(Object.keys(given).sort(), Object.keys(shown).sort());
    assert.deepEqual(Object.keys(given.timings_ms), Object.keys(shown.timings_ms));
    const comparable = ({ request_id, timings_ms, ...rest }: Answer) => rest;
    assert.deepEqual(comparable(given), comparable(shown));
    assert.ok(shown.detections.length >= 2 && shown.detections[0].distribution);
  });

  onPage('a picture is dropped, another pasted, an example clicked: a strip of three', async ({ page, requests }) => {
    const bytes = [...readFileSync(ASTRONAUT)];
    const transfer = (name: string) =>
      page.evaluateHandle(
        ([data, file]) => {
          const made = new DataTransfer();
          made.items.add(new File([new Uint8Array(data)], file, { type: 'image/jpeg' }));
          return made;
        },
        [bytes, name] as const,
      );
    await page.locator('[data-example="cat.jpg"]').click();
    await settled(page);
    const dataTransfer = await transfer('dropped.jpg');
    await page.dispatchEvent('body', 'dragover', { dataTransfer });
    assert.equal(await page.locator('body').getAttribute('class'), 'is-dropping');
    await page.dispatchEvent('body', 'drop', { dataTransfer });
    assert.equal(await page.locator('body').getAttribute('class'), '');
    await settled(page);
    assert.equal(await page.locator('#title').textContent(), 'dropped.jpg');
    await page.evaluate(
      clipboardData => {
        document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
      },
      await transfer('pasted.jpg'),
    );
    await settled(page);
    assert.equal(await page.locator('#title').textContent(), 'pasted.jpg');
    assert.equal(await page.locator('.thumbnail').count(), 3);
    assert.equal(requests.filter(one => one === '/detect').length, 3);
    const badges = await page.locator('.badge').allTextContents();
    const { detections } = await ask(readFileSync(ASTRONAUT), '');
    assert.deepEqual(badges.slice(1), [String(detections.length), String(detections.length)]);

    await page.locator('.thumbnail').first().click();
    assert.equal(await page.locator('#title').textContent(), 'cat.jpg');
    assert.ok((await labelsOnScreen(page)).includes('cat'));
    for (let left = 3; left > 0; left--) await page.locator('#remove').click();
    assert.equal(await page.locator('#welcome').isVisible(), true);
  });

  onPage('the camera: boxes on the very frames, one is kept, and the camera is let go', async ({ page }) => {
    await page.locator('#welcome [data-action=camera]').click();
    await page.locator('.box[aria-label^=person]').first().waitFor();
    assert.equal(await page.locator('#live').isVisible(), true);
    assert.equal(await page.locator('#picture').isVisible(), false);
    assert.match((await page.locator('#total-time').textContent())!, /^[\d.]+ pictures\/s$/);
    const [red, green, blue] = await page.locator('#live').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      return [...canvas.getContext('2d')!.getImageData(width * 0.35, height * 0.62, 1, 1).data];
    });
    assert.ok(red! > green! + 60 && red! > blue! + 60, 'her suit is orange: the frame is the camera’s');
    await page.locator('#keep-frame').click();
    await page.locator('#picture').waitFor();
    assert.match((await page.locator('#title').textContent())!, /^camera-\d{6}\.jpg$/);
    assert.equal((await labelsOnScreen(page))[0], 'person');
    const again = page.locator('#work [data-action=camera]');
    await again.click();
    await page.locator('#live').waitFor();
    await page.locator('#stop-camera').click();
    await page.locator('#live').waitFor({ state: 'hidden' });
    assert.equal(await page.locator('#title').textContent(), await page.locator('.thumbnail').getAttribute('title'));
  });

  onPage('the camera, clicked twice: one stream, and none is left on', async ({ page }) => {
    await page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const ask = devices.getUserMedia.bind(devices);
      const tracks: MediaStreamTrack[] = [];
      Object.assign(globalThis, { tracks });
      devices.getUserMedia = async wanted => {
        const stream = await ask(wanted);
        tracks.push(...stream.getTracks());
        return stream;
      };
      const button = document.querySelector<HTMLElement>('#welcome [data-action=camera]')!;
      button.click();
      button.click();
    });
    await page.locator('.box[aria-label^=person]').first().waitFor();
    const states = () =>
      page.evaluate(() =>
        (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks.map(({ readyState }) => readyState),
      );
    assert.deepEqual(await states(), ['live']);
    await page.locator('#stop-camera').click();
    await page.locator('#live').waitFor({ state: 'hidden' });
    assert.deepEqual(await states(), ['ended']);
  });

  onPage('how many boxes there are is said once, and again only where it differs', async ({ page }) => {
    await give(page, [ASTRONAUT]);
    await page.waitForFunction(() => /^\d+ boxes? shown: /.test(document.querySelector('#announcer')!.textContent!));
    await page.evaluate(() => {
      const announcer = document.querySelector('#announcer')!;
      new MutationObserver(() => {
        announcer.setAttribute('data-said', `${Number(announcer.getAttribute('data-said')) + 1}`);
      }).observe(announcer, { childList: true, characterData: true, subtree: true });
    });
    const said = () => page.locator('#announcer').getAttribute('data-said');
    await page.locator('#bands').uncheck();
    await page.waitForTimeout(700);
    assert.equal(await said(), null);
    await page.locator('#threshold').fill('0.9');
    await page.waitForFunction(() => document.querySelector('#announcer')!.textContent === '0 boxes shown');
    assert.equal(await said(), '1');
  });

  const BROKEN: [name: string, file: FileToGive, title: string, detail: RegExp, facts: RegExp][] = [
    [
      'a cut picture',
      { name: 'cut.jpg', mimeType: 'image/jpeg', buffer: readFileSync(ASTRONAUT).subarray(0, 9000) },
      'Unprocessable image',
      /does not decode/,
      /^HTTP 422 · unprocessable_image · request \S+$/,
    ],
    [
      'no picture',
      { name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('dear diary') },
      'Unsupported media type',
      /JPEG, PNG/,
      /^HTTP 415 · unsupported_media_type · request \S+$/,
    ],
    [
      'an empty file',
      { name: 'empty.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(0) },
      'The file is empty',
      /not one byte/,
      /^empty_file$/,
    ],
  ];
  for (const [name, file, title, detail, facts] of BROKEN) {
    onPage(`${name}: the service's own sentence, and no boxes`, async ({ page }) => {
      await give(page, [file]);
      const problem = page.locator('#problem');
      assert.equal(await problem.isVisible(), true);
      assert.equal(await problem.locator('h2').textContent(), title);
      assert.match((await problem.locator('.detail').textContent())!, detail);
      assert.match((await problem.locator('.facts').textContent())!, facts);
      assert.equal(await problem.getByRole('button').count(), 0, 'trying again would not help');
      assert.equal(await page.locator('.box').count(), 0);
      assert.equal(await page.locator('#download').isDisabled(), true);
      await give(page, [ASTRONAUT]);
      assert.equal(await problem.isVisible(), false);
      assert.ok((await labelsOnScreen(page)).length > 0, 'the next picture is fine');
    });
  }

  onPage('the saved picture has its own size, and the boxes that are shown', async ({ page }) => {
    const picture = await sharp({ create: { width: 1500, height: 900, channels: 3, background: '#777' } })
      .composite([{ input: await sharp(ASTRONAUT).resize(800).toBuffer(), left: 500, top: 50 }])
      .png()
      .toBuffer();
    await give(page, [png('large.png', picture)]);
    await page.locator('#bands').uncheck();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()]);
    assert.equal(download.suggestedFilename(), 'large-boxes.png');
    const saved = sharp(await download.path());
    const { width, height } = await saved.metadata();
    assert.deepEqual([width, height], [1500, 900]);
    const { data, info } = await saved.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const { detections } = await ask(picture, '');
    const { box, class_id: classId } = detections[0]!;
    const { r, g, b } = classColour(classId);
    for (const [x, y] of edgeMiddles(box)) {
      const start = (Math.round(y) * info.width + Math.round(x)) * 3;
      const off = Math.max(...[r, g, b].map((channel, i) => Math.abs(channel - data[start + i]!)));
      assert.ok(off <= 3, `at ${x}, ${y}: ${data.subarray(start, start + 3).join(' ')}`);
    }
    const corner = [...data.subarray(0, 3)];
    assert.deepEqual(corner, [0x77, 0x77, 0x77], 'the picture itself is untouched');
  });

  onPage('by keyboard alone: example, boxes, threshold, class, bands, JSON', async ({ page }) => {
    const focused = () =>
      page.evaluate(
        () =>
          document.activeElement?.id ||
          document.activeElement?.getAttribute('data-example') ||
          document.activeElement?.className ||
          '',
      );
    async function tabTo(wanted: RegExp): Promise<void> {
      for (let pressed = 0; pressed < 40; pressed++) {
        await page.keyboard.press('Tab');
        if (wanted.test(await focused())) return;
      }
      assert.fail(`Tab never came to ${wanted}, it is at ${await focused()}`);
    }
    await tabTo(/^astronaut\.jpg$/);
    await page.keyboard.press('Enter');
    await settled(page);
    assert.equal(await focused(), 'title', 'the focus is where the news is');
    await tabTo(/^box$/);
    await page.locator('#edge-card').waitFor();
    await page.keyboard.press('End');
    assert.equal(await page.locator('.box:focus').getAttribute('data-index'), '1');
    await page.keyboard.press('Home');
    assert.equal(await page.locator('.box:focus').getAttribute('data-index'), '0');
    await tabTo(/^threshold$/);
    assert.equal(await page.locator('#edge-card').isVisible(), false);
    for (let i = 0; i < 15; i++) await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('#threshold-value').textContent(), '0.40');
    assert.deepEqual(await labelsOnScreen(page), ['person']);
    await tabTo(/^chip$/);
    await page.keyboard.press('Space');
    assert.equal(await page.locator('.chip:focus').getAttribute('aria-pressed'), 'true');
    await tabTo(/^bands$/);
    await page.keyboard.press('Space');
    assert.equal(await page.locator('#bands').isChecked(), false);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'SUMMARY');
    await page.keyboard.press('Enter');
    await page.locator('#curl:not(:empty)').waitFor();
    assert.match(
      (await page.locator('#curl').textContent())!,
      /^curl -F image=@astronaut\.jpg -F score_threshold=0\.4 -F classes=person http/,
    );
  });

  onPage('everything that can be used has a name', async ({ page }) => {
    await give(page, [ASTRONAUT, MOTORCYCLE]);
    await page.locator('#answer summary').click();
    const tree = await page.locator('body').ariaSnapshot();
    const nameless = tree
      .split('\n')
      .filter(line =>
        /^\s*- (button|link|slider|switch|checkbox|combobox|textbox|heading|img)( \[[^\]]*\])*:?$/.test(line),
      );
    assert.deepEqual(nameless, []);
    assert.match(tree, /slider "Score at least"/);
    assert.match(tree, /switch "Uncertainty" \[checked\]/);
    assert.match(tree, /button "person, score 0\.7\d, left 16 give or take 2\d, .* pixels"/);
    await page.waitForFunction(() => /^\d+ boxes? shown: /.test(document.querySelector('#announcer')!.textContent!));
  });

  onPage(
    'on a phone: nothing is wider than the screen, a tap shows the distributions below the picture',
    async ({ page }) => {
      // A phone's innerWidth grows with what overflows it.
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - screen.width);
      assert.ok((await overflow()) <= 0, 'the welcome');
      const [choice, brand] = [await page.locator('#model').boundingBox(), await page.locator('.brand').boundingBox()];
      assert.ok(choice!.width >= 100 && choice!.x + choice!.width < 360, 'the model can be chosen');
      assert.ok(brand!.height < 32, 'the name is on one line');
      assert.equal(await page.getByRole('combobox', { name: 'Model' }).count(), 1);
      await give(page, [ASTRONAUT, MOTORCYCLE]);
      assert.ok((await overflow()) <= 0, 'with a picture');
      await page.locator('#answer summary').tap();
      assert.ok((await overflow()) <= 0, 'with the JSON');
      await page
        .locator('.box')
        .first()
        .tap({ position: { x: 30, y: 120 } });
      await page.locator('#edge-card').waitFor();
      const [card, frame] = await Promise.all([
        page.locator('#edge-card').boundingBox(),
        page.locator('#frame').boundingBox(),
      ]);
      assert.ok(card!.y >= frame!.y + frame!.height, 'it hides nothing of the picture');
      assert.ok((await overflow()) <= 0, 'with the card');
      const small = await page
        .locator('.tools button:visible, .chip, #threshold')
        .evaluateAll(
          all =>
            all.map(one => one.getBoundingClientRect()).filter(({ width, height }) => width < 36 || height < 36).length,
        );
      assert.equal(small, 0, 'a finger finds every control');
      for (const width of [320, 280]) {
        await page.setViewportSize({ width, height: 568 });
        assert.ok((await overflow()) <= 0, `${width} pixels`);
      }
    },
    { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  );

  onPage(
    'who wants less motion gets none',
    async ({ page }) => {
      await give(page, [ASTRONAUT]);
      const moving = await page.evaluate(
        () =>
          [...document.querySelectorAll('*')]
            .map(one => getComputedStyle(one))
            .filter(
              ({ animationName, animationDuration, transitionDuration }) =>
                (animationName !== 'none' && Number.parseFloat(animationDuration) > 0.001) ||
                transitionDuration.split(', ').some(time => Number.parseFloat(time) > 0.001),
            ).length,
      );
      assert.equal(moving, 0);
    },
    { reducedMotion: 'reduce' },
  );

  for (const colorScheme of ['light', 'dark'] as const) {
    onPage(
      `in the ${colorScheme} every text has a contrast of 4.5 with what it stands on`,
      async ({ page }) => {
        await give(page, [ASTRONAUT, MOTORCYCLE]);
        await page.locator('#answer summary').click();
        const pairs = await page.evaluate(() => {
          const parse = (text: string) => (text.match(/[\d.]+/g) ?? []).map(Number);
          function ground(from: Element): number[] {
            for (let at: Element | null = from; at !== null; at = at.parentElement) {
              const colour = parse(getComputedStyle(at).backgroundColor);
              if (colour.length === 3 || (colour[3] ?? 0) > 0.7) return colour.slice(0, 3);
            }
            return [255, 255, 255];
          }
          return [...document.querySelectorAll<HTMLElement>('body *')]
            .filter(
              one =>
                one.checkVisibility() &&
                [...one.childNodes].some(node => node.nodeType === 3 && node.textContent!.trim() !== ''),
            )
            .filter(one => !one.matches(':disabled, .visually-hidden, .skip, script, .drop-veil *'))
            .map(one => ({
              text: one.textContent!.slice(0, 40),
              ink: parse(getComputedStyle(one).color),
              ground: ground(one),
            }));
        });
        const light = (colour: number[]) =>
          [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
            const c = colour[i]! / 255;
            return sum + weight * (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
          }, 0.05);
        assert.ok(pairs.length > 30);
        const weak = pairs.filter(({ ink, ground }) => {
          const [a, b] = [light(ink), light(ground)];
          return Math.max(a, b) / Math.min(a, b) < 4.5;
        });
        assert.deepEqual(weak, []);
      },
      { colorScheme },
    );
  }
});
