import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { describePage } from './describe-page.ts';
import { give, nextFrame, pinInMiddle } from './on-page.ts';

/** What is shown already changes with the window, and comes back to what it was. */

const CAT = 'samples/cat.jpg';

async function resize(page: Page, width: number): Promise<void> {
  await page.setViewportSize({ width, height: 700 });
  await page.waitForFunction(wanted => window.innerWidth === wanted, width);
  for (let frames = 0; frames < 3; frames++) await nextFrame(page);
}

/** How often something about the frame or its card is written while nothing happens. */
function writesAtRest(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let writes = 0;
    const observer = new MutationObserver(records => {
      writes += records.length;
    });
    observer.observe(document.querySelector('.stage-wrap')!, { attributes: true, childList: true, subtree: true });
    for (let i = 0; i < 5; i++) await new Promise(resolve => requestAnimationFrame(resolve));
    observer.disconnect();
    return writes;
  });
}

describePage('the page stays in step', whenService => {
  whenService('a pinned card goes with its box when the window changes', {}, async ({ page }) => {
    const place = () => page.locator('#edge-card').evaluate(({ style }) => `${style.left} ${style.top}`);
    await give(page, [CAT]);
    await pinInMiddle(page);
    const before = await place();
    await resize(page, 1100);
    const after = await place();
    assert.notEqual(after, before);
    for (const width of [1100, 600]) {
      await resize(page, width);
      assert.equal(await writesAtRest(page), 0, `${width} pixels: it comes to rest`);
    }
    await resize(page, 1100);
    await page.locator('#bands').uncheck();
    await nextFrame(page);
    assert.equal(await place(), after, 'where any other change puts it');
  });

  whenService('the page is no wider than its window', {}, async ({ page }) => {
    for (const width of [1000, 780, 730, 600]) {
      await resize(page, width);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(over <= 0, `${over} pixels too many at ${width}`);
    }
  });

  whenService('JSON that is being selected stays selected', {}, async ({ page }) => {
    await give(page, [CAT]);
    await page.locator('#answer summary').click();
    await page.locator('#json .json-name').first().dblclick();
    const selected = () => page.evaluate(() => getSelection()!.toString());
    const word = await selected();
    assert.notEqual(word, '');
    await page.locator('#boxes').hover();
    await page.locator('#edge-card').waitFor();
    assert.equal(await selected(), word);
  });

  whenService('switch and chip show what they are without colours of their own', {}, async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await give(page, [CAT]);
    for (const selector of ['#bands', '.chip[data-label=blue]']) {
      const one = page.locator(selector);
      const before = await one.screenshot();
      await one.click();
      await page.mouse.move(5, 5);
      await nextFrame(page);
      assert.equal(before.equals(await one.screenshot()), false, selector);
    }
  });

  whenService('a button that has copied has its own words again', {}, async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await give(page, [CAT]);
    await page.locator('#answer summary').click();
    const label = page.locator('#copy-curl .label');
    const usual = await label.innerHTML();
    await page.clock.install();
    for (let pressed = 0; pressed < 2; pressed++) {
      await page.locator('#copy-curl').click();
      await label.filter({ hasText: /^Copied$/ }).waitFor();
    }
    await page.clock.runFor(5_000);
    assert.equal(await label.innerHTML(), usual);
  });
});
