import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { describePage } from './describe-page.ts';
import { give, overlayAt, pinInMiddle, setThreshold, settled } from './on-page.ts';

/** A box that stands out does so no longer than it is shown: the others would stay dim, and without their labels. */

const CAT = 'samples/cat.jpg';
const SIZE = { width: 640, height: 480 };
/** On the left edge of the better box. */
const ON_BLUE: [x: number, y: number] = [10.204, 166];

async function assertNothingStandsOut(page: Page): Promise<void> {
  await page.locator('#edge-card').waitFor({ state: 'hidden', timeout: 5_000 });
  const [pixel] = await overlayAt(page, SIZE, [ON_BLUE]);
  assert.ok(pixel![3]! > 250, `the line of the other box is drawn as ${pixel}`);
}

describePage('a pinned box stands out no more', whenService => {
  whenService('when slider or chip hide it, or another model is chosen', { MODEL: 'tiny,other' }, async ({ page }) => {
    await give(page, [CAT]);
    await pinInMiddle(page);
    await setThreshold(page, 0.6);
    await assertNothingStandsOut(page);

    await setThreshold(page, 0.25);
    await pinInMiddle(page);
    await page.locator('.chip[data-label=blue]').click();
    await assertNothingStandsOut(page);

    await page.locator('#all-classes').click();
    await pinInMiddle(page);
    await page.locator('#model').selectOption('other');
    await settled(page);
    await assertNothingStandsOut(page);
  });

  whenService('when the camera finds it again below the slider', {}, async ({ page }, { pool }) => {
    const { answer } = pool;
    let redScore = 0.5;
    pool.answer = async (...job) => {
      const result = await answer(...job);
      return {
        ...result,
        detections: result.detections.map(one => (one.label === 'red' ? { ...one, score: redScore } : one)),
      };
    };
    await page.locator('#welcome [data-action=camera]').click();
    await page.locator('.box').nth(1).waitFor();
    await pinInMiddle(page);
    redScore = 0.15;
    await assertNothingStandsOut(page);
  });
});
