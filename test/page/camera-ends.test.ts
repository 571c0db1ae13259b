import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { ServiceError } from '../../src/errors.ts';
import { describePage } from './describe-page.ts';
import { holdAnswers } from './hold-answers.ts';
import { pinInMiddle } from './on-page.ts';

/** The ends of a live view that nobody asked for with its Stop button. */

/** The page's camera is the test's, too: it can end it, and see whether it was let go. */
async function openCamera(page: Page) {
  await page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async wanted => {
      const stream = await ask(wanted);
      Object.assign(globalThis, { track: stream.getTracks()[0] });
      return stream;
    };
  });
  await page.locator('#welcome [data-action=camera]').click();
  await page.locator('#live').waitFor();
  return {
    unplug: () => page.evaluate(() => (globalThis as unknown as { track: MediaStreamTrack }).track.stop()),
    state: () => page.evaluate(() => (globalThis as unknown as { track: MediaStreamTrack }).track.readyState),
  };
}

/** The browser refuses the camera, is asked again, and Stop is pressed before it answers; it will when it is allowed to. */
async function stopWhileAsked(page: Page) {
  await page.evaluate(() => {
    const devices = navigator.mediaDevices;
    const ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async () => {
      devices.getUserMedia = async wanted => {
        const stream = await ask(wanted);
        await new Promise(resolve => Object.assign(globalThis, { allow: resolve, track: stream.getTracks()[0] }));
        return stream;
      };
      throw new DOMException('no', 'NotAllowedError');
    };
  });
  await page.locator('#welcome [data-action=camera]').click();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForFunction(() => 'allow' in globalThis);
  await page.locator('#stop-camera').click();
  return {
    allow: () => page.evaluate(() => (globalThis as unknown as { allow: () => void }).allow()),
    state: (wanted: MediaStreamTrackState) =>
      page.waitForFunction(
        state => (globalThis as unknown as { track: MediaStreamTrack }).track.readyState === state,
        wanted,
        { timeout: 5_000 },
      ),
  };
}

describePage('the live view', whenService => {
  whenService(
    'goes on after ten seconds where it shall wait for a minute, and ends with the camera',
    {},
    async ({ page }, { pool }) => {
      const { answer } = pool;
      let full = false;
      pool.answer = async (...job) => {
        if (!full) return answer(...job);
        full = false;
        throw new ServiceError('overloaded', 'Full.', { retryAfterS: 60 });
      };
      await page.evaluate(() => {
        const usual = window.setTimeout;
        const waits: number[] = [];
        Object.assign(globalThis, { waits });
        window.setTimeout = ((run: () => void, milliseconds: number) => {
          waits.push(milliseconds);
          return usual(run, milliseconds / 100);
        }) as typeof setTimeout;
      });
      const { unplug } = await openCamera(page);
      await page.locator('.box').first().waitFor();
      await pinInMiddle(page);
      full = true;
      const longest = await page.waitForFunction(() => {
        const most = Math.max(...(globalThis as unknown as { waits: number[] }).waits);
        return most > 5_000 && most;
      });
      assert.equal(await longest.jsonValue(), 10_000);
      await page.locator('.box').first().waitFor();
      assert.equal(await page.locator('#edge-card').isVisible(), false, 'which box it was is not known any more');

      await unplug();
      await page.locator('#problem', { hasText: 'It was unplugged' }).waitFor({ timeout: 5_000 });
      assert.equal(await page.locator('.box').count(), 0);
      const sent = pool.jobs.length;
      await page.waitForTimeout(200);
      assert.equal(pool.jobs.length, sent, 'its last frame is sent no more');
      await page.locator('#stop-camera').click();
      await page.locator('#welcome').waitFor();
    },
  );

  whenService('does not begin when it was stopped while the browser asked once more', {}, async ({ page }) => {
    const { allow, state } = await stopWhileAsked(page);
    await allow();
    await state('ended');
    assert.equal(await page.locator('#welcome').isVisible(), true);
  });

  whenService('begins when it was wished for again after that, while the browser still asked', {}, async ({ page }) => {
    const { allow, state } = await stopWhileAsked(page);
    await page.locator('#welcome [data-action=camera]').click();
    await allow();
    await page.locator('#live').waitFor();
    await page.locator('.box').first().waitFor();
    await state('live');
  });

  whenService(
    'ends with a picture that replaces it: camera and request are let go at once',
    {},
    async ({ page }, { pool }) => {
      const release = holdAnswers(pool, 1);
      const dropped: string[] = [];
      page.on('requestfailed', request => dropped.push(new URL(request.url()).pathname));
      const asked = page.waitForRequest('**/detect');
      const { state } = await openCamera(page);
      await asked;
      assert.equal(await state(), 'live');
      await page.setInputFiles('#files', ['samples/cat.jpg']);
      await page.locator('.box').first().waitFor();
      assert.equal(await state(), 'ended');
      assert.deepEqual(dropped, ['/detect']);
      release();
    },
  );
});
