import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { describePage } from './describe-page.ts';
import { give } from './on-page.ts';

/** Whoever uses the keyboard is somewhere all the time: where a button goes, the focus does not go with it. */

const CAT = 'samples/cat.jpg';

/** Waits, since the focus comes after the change to the page. */
async function assertFocused(page: Page, selector: string): Promise<void> {
  const found = page.waitForFunction(wanted => document.activeElement?.matches(wanted), selector, { timeout: 5_000 });
  await found.catch(async () => {
    const now = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80));
    assert.fail(`not on ${selector}, but on ${now}`);
  });
}

/** With the keyboard, as those do who need it. */
async function press(page: Page, selector: string): Promise<void> {
  await page.locator(selector).focus();
  await page.keyboard.press('Enter');
}

describePage('the focus', whenService => {
  whenService('is on the heading after Stop and Keep', {}, async ({ page }) => {
    await press(page, '#welcome [data-action=camera]');
    await assertFocused(page, '#stop-camera');
    await press(page, '#stop-camera');
    await assertFocused(page, '#welcome-title');
    await press(page, '#welcome [data-action=camera]');
    await page.locator('.box').first().waitFor();
    await press(page, '#keep-frame');
    await page.locator('#picture').waitFor();
    await assertFocused(page, '#title');
    await press(page, '#work [data-action=camera]');
    await assertFocused(page, '#stop-camera');
    await press(page, '#stop-camera');
    await assertFocused(page, '#title');
  });

  whenService('is on Stop where there is no camera, also when it is tried again', {}, async ({ page }) => {
    await page.evaluate(() => {
      const devices = navigator.mediaDevices;
      const ask = devices.getUserMedia.bind(devices);
      let tries = 0;
      devices.getUserMedia = wanted =>
        ++tries < 3 ? Promise.reject(new DOMException('no', 'NotFoundError')) : ask(wanted);
    });
    await press(page, '#welcome [data-action=camera]');
    await assertFocused(page, '#stop-camera');
    assert.equal(await page.locator('#keep-frame').isVisible(), false, 'there is nothing to keep');
    await press(page, '#problem button');
    await assertFocused(page, '#stop-camera');
    await page.locator('#problem', { hasText: 'none that the browser can see' }).waitFor({ timeout: 5_000 });
    await press(page, '#problem button');
    await page.locator('.box').first().waitFor();
    await assertFocused(page, '#stop-camera');
    assert.equal(await page.locator('#keep-frame').isVisible(), true);
  });

  whenService('is on the heading after Try again', {}, async ({ page }, { pool }) => {
    const { answer } = pool;
    pool.answer = async () => {
      throw new Error('once');
    };
    await give(page, [CAT]);
    pool.answer = answer;
    await press(page, '#problem button');
    await page.locator('.box').first().waitFor();
    await assertFocused(page, '#title');
  });

  whenService('stays on a chip that moves up while the camera runs', {}, async ({ page }, { pool }) => {
    const { answer } = pool;
    let more = false;
    pool.answer = async (...job) => {
      const result = await answer(...job);
      const red = result.detections.filter(({ label }) => label === 'red');
      return more ? { ...result, detections: [...result.detections, ...red] } : result;
    };
    await page.locator('#welcome [data-action=camera]').click();
    await page.locator('.chip[data-label=blue]:first-child').waitFor();
    await page.locator('.chip[data-label=red]').focus();
    more = true;
    await page.locator('.chip[data-label=red]:first-child').waitFor();
    await assertFocused(page, '.chip[data-label=red]');
  });
});
