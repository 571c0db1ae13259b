import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ServiceError } from '../../src/errors.ts';
import { until } from '../support/until.ts';
import { describePage } from './describe-page.ts';
import { holdAnswers } from './hold-answers.ts';
import { give, labelsOnScreen, nextFrame, overlayAt, settled } from './on-page.ts';

/** The page before a service in every state that it can meet. */

const CAT = 'samples/cat.jpg';
const KEY = 'correct-horse-battery';

describePage('the page, when the service', whenService => {
  whenService(
    'wants a key: it asks, says when it is wrong, and keeps it in this tab',
    { API_KEYS: KEY },
    async ({ page }) => {
      const dialog = page.locator('#key-dialog');
      await dialog.waitFor();
      await page.locator('#key').fill('wrong-key-of-mine');
      await page.keyboard.press('Enter');
      await page.locator('#key-wrong').waitFor();
      await page.getByRole('button', { name: 'Not now' }).click();

      await give(page, [CAT]);
      assert.equal(await page.locator('#problem h2').textContent(), 'Unauthorized');
      await dialog.waitFor();
      await page.locator('#key').fill(KEY);
      await page.getByRole('button', { name: 'Use this key' }).click();
      await page.locator('.box').first().waitFor();
      assert.deepEqual(await labelsOnScreen(page), ['blue', 'red']);
      assert.equal(await dialog.isVisible(), false);

      await page.locator('#answer summary').click();
      await page.locator('#curl:not(:empty)').waitFor();
      const line = (await page.locator('#curl').textContent())!;
      assert.ok(line.includes('-H "X-API-Key: $KEY"') && !line.includes(KEY), line);
      await page.reload();
      await page.locator('#one-model').waitFor();
      assert.equal(await dialog.isVisible(), false, 'the key outlives a reload');
      const elsewhere = await page.evaluate(() => [document.cookie, localStorage.length]);
      assert.deepEqual(elsewhere, ['', 0]);
    },
  );

  whenService('is full: it waits as long as it is told and sends again', {}, async ({ page, requests }, { pool }) => {
    const { answer } = pool;
    let refused = 0;
    pool.answer = async (...job) => {
      if (refused++ === 0) throw new ServiceError('overloaded', 'Full.', { retryAfterS: 1 });
      return answer(...job);
    };
    await page.setInputFiles('#files', [CAT]);
    await page.locator('#progress-words', { hasText: 'Waiting for its turn' }).waitFor();
    await page.locator('.box').first().waitFor();
    assert.equal(requests.filter(path => path === '/detect').length, 2);
  });

  whenService('fails once: its words, and another try', {}, async ({ page }, { pool }) => {
    const { answer } = pool;
    pool.answer = async () => {
      throw new Error('secret inside');
    };
    await give(page, [CAT]);
    const problem = page.locator('#problem');
    await problem.waitFor();
    assert.match((await problem.textContent())!, /Internal error.*bug on our side.*HTTP 500 · internal · request/);
    assert.doesNotMatch((await problem.textContent())!, /secret/);
    assert.equal(await page.locator('#count').textContent(), 'No boxes');
    pool.answer = answer;
    await problem.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.box').first().waitFor();
    assert.equal(await problem.isVisible(), false);
  });

  whenService('fails with every frame of the camera: it says so once', {}, async ({ page }, { pool }) => {
    let sentence = 'The engine is gone.';
    pool.answer = async () => {
      throw new ServiceError('unavailable', sentence);
    };
    await page.evaluate(() => {
      const usual = window.setTimeout;
      window.setTimeout = ((run: () => void, milliseconds: number) =>
        usual(run, milliseconds / 20)) as typeof setTimeout;
    });
    await page.locator('#welcome [data-action=camera]').click();
    const detail = page.locator('#problem .detail');
    await detail.filter({ hasText: sentence }).waitFor();
    await detail.evaluate(one => one.setAttribute('data-first', ''));
    const failed = pool.jobs.length;
    await until(() => pool.jobs.length >= failed + 3);
    assert.equal(await detail.getAttribute('data-first'), '', 'it was not written again');
    sentence = 'Another one is gone.';
    await detail.filter({ hasText: sentence }).waitFor();
  });

  whenService('is gone: it says so', {}, async ({ page, complaints }, { app }) => {
    await page.locator('#one-model').waitFor();
    app.server.closeAllConnections();
    await app.close();
    await give(page, [CAT]);
    assert.equal(await page.locator('#problem h2').textContent(), 'The service cannot be reached');
    assert.match(complaints.splice(0).join(), /^(console: Failed to load resource: net::ERR_CONNECTION_REFUSED,?)+$/);
  });

  whenService(
    'takes its time: sending, looking, and the picture is there meanwhile',
    {},
    async ({ page }, { pool }) => {
      const release = holdAnswers(pool);
      await page.setInputFiles('#files', [CAT]);
      await page.locator('#progress-words', { hasText: 'Looking' }).waitFor();
      assert.equal(await page.locator('#picture').isVisible(), true);
      assert.equal(await page.locator('#frame').getAttribute('aria-busy'), 'true');
      assert.equal(await page.locator('#count').textContent(), 'No boxes yet');
      release();
      await page.locator('.box').first().waitFor();
      assert.equal(await page.locator('#progress').isVisible(), false);
    },
  );

  whenService('has a model without uncertainty: no bands, and the card says it', {}, async ({ page }, { pool }) => {
    const { answer } = pool;
    pool.answer = async (...job) => {
      const result = await answer(...job);
      return { ...result, detections: result.detections.map(({ uncertainty, ...rest }) => rest) };
    };
    await give(page, [CAT]);
    // 12 pixels outside the right edge of the first box, where a band of 4.8 pixels would be.
    const [pixel] = await overlayAt(page, { width: 640 }, [[126, 250]]);
    assert.equal(pixel![3], 0);
    await page.locator('.box').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('#edge-card', { hasText: 'no distribution of its edges' }).waitFor();
  });

  whenService(
    'reads a picture that the browser cannot show: the boxes are right all the same',
    {},
    async ({ page }) => {
      await give(page, [CAT]);
      // A head is enough for the fake engines; no browser decodes it.
      await give(page, [{ name: 'head.jpg', mimeType: 'image/jpeg', buffer: readFileSync(CAT).subarray(0, 200) }]);
      assert.equal(await page.locator('.box').count(), 2);
      const frame = await page.locator('#frame').boundingBox();
      assert.ok(Math.abs(frame!.width / frame!.height - 640 / 480) < 0.01);
      await page.waitForFunction(() => document.querySelector('#picture')!.classList.contains('is-unreadable'));
      assert.equal(await page.locator('#download').isDisabled(), true);
      await page.locator('.thumbnail').first().click();
      await nextFrame(page);
      assert.equal(await page.locator('#download').isDisabled(), false, 'another picture is saved as ever');
    },
  );

  whenService('answers before the browser has the picture: it is saved only then', {}, async ({ page }) => {
    let arrive = () => {};
    const arrived = new Promise<void>(resolve => {
      arrive = resolve;
    });
    await page.route('**/slow.jpg', async route => {
      await arrived;
      await route.fulfill({ contentType: 'image/jpeg', body: readFileSync(CAT) });
    });
    await page.locator('#picture').evaluate(image => {
      Object.defineProperty(image, 'src', { set: () => image.setAttribute('src', 'slow.jpg') });
    });
    await give(page, [CAT]);
    await page.locator('.box').first().waitFor();
    assert.equal(await page.locator('#download').isDisabled(), true);
    arrive();
    await page.locator('#download:enabled').click({ timeout: 5_000 });
  });

  whenService('is sent twelve pictures: two at once, each with its answer', {}, async ({ page }, { pool }) => {
    const { answer } = pool;
    pool.slots = 12; // nothing but the page itself holds pictures back
    let [inside, most] = [0, 0];
    let secondIsHere = () => {};
    const second = new Promise<void>(resolve => {
      secondIsHere = resolve;
      setTimeout(resolve, 5_000).unref(); // it never comes: the count below says so
    });
    pool.answer = async (...job) => {
      most = Math.max(most, ++inside);
      if (inside === 2) secondIsHere();
      await second; // the first picture waits for the next, however slow the browser is
      await new Promise(resolve => setTimeout(resolve, 15)); // time for a third that must not come
      inside -= 1;
      return answer(...job);
    };
    const buffer = readFileSync(CAT);
    await give(
      page,
      Array.from({ length: 12 }, (_, i) => ({ name: `${i}.jpg`, mimeType: 'image/jpeg', buffer })),
    );
    assert.equal(await page.locator('.thumbnail[data-status=done]').count(), 12);
    assert.equal(pool.jobs.length, 12);
    assert.equal(most, 2);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), 0);
    await page.locator('.thumbnail').last().click();
    await nextFrame(page);
    assert.equal(await page.locator('#title').textContent(), '11.jpg');
    await settled(page);
  });

  whenService('is asked by a page that may not use the camera: it says why', {}, async ({ page }) => {
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await page.locator('#welcome [data-action=camera]').click();
    await page.locator('#problem', { hasText: 'Allow the camera for this page' }).waitFor();
    await page.locator('#stop-camera').click();
    await page.locator('#welcome').waitFor();
  });
});
