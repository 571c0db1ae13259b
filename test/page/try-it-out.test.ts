import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { describePage } from './describe-page.ts';

/** "Try it out" at /docs, as whoever sees it first uses it: a picture, and Execute. */

const CAT = 'samples/cat.jpg';

/** The query of what Execute sends, with its answer. `type` is chosen before "Try it out": the UI carries a form's fields into JSON. */
async function execute(page: Page, path: string, fill: (operation: string) => Promise<void>, type?: string) {
  const operation = `.opblock:has([data-path="${path}"])`;
  await page.locator(`${operation} .opblock-summary-control`).click();
  const types = page.locator(`${operation} .opblock-section-request-body select.content-type`);
  if (type !== undefined) await types.selectOption(type);
  await page.locator(`${operation} .try-out__btn`).click();
  await fill(operation);
  const answered = page.waitForResponse(response => response.request().method() === 'POST');
  await page.locator(`${operation} button.execute`).click();
  const answer = await answered;
  const shown = page.locator(`${operation} .live-responses-table .response-col_status`).first();
  await shown.waitFor();
  return { status: answer.status(), query: new URL(answer.url()).search, text: await answer.text() };
}

describePage('the API reference', whenService => {
  for (const width of [1280, 390]) {
    whenService(`takes the width of a window of ${width} pixels`, {}, async ({ page }) => {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${page.url()}docs`);
      const operation = page.locator('.opblock').first();
      await operation.waitFor();
      const taken = (await operation.boundingBox())!.width;
      assert.ok(taken >= 0.85 * width && taken <= width, `${taken} pixels`);
      const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.equal(isWider, false, 'nothing has to be scrolled sideways');
    });
  }

  whenService('detects in the picture that was chosen, with no option that was not', {}, async ({ page }) => {
    await page.goto(`${page.url()}docs`);
    const { status, query, text } = await execute(page, '/detect', async operation => {
      await page.locator(`${operation} input[type=file]`).setInputFiles(CAT);
    });
    assert.equal(status, 200, text);
    assert.equal(query, '');
  });

  whenService('sends the options that were given', {}, async ({ page }) => {
    await page.goto(`${page.url()}docs`);
    const { status, query, text } = await execute(page, '/detect', async operation => {
      await page.locator(`${operation} input[type=file]`).setInputFiles(CAT);
      await page.locator(`${operation} [data-param-name=score_threshold] input`).fill('0.5');
    });
    assert.equal(status, 200, text);
    assert.equal(query, '?score_threshold=0.5');
  });

  whenService('sends the JSON that it shows', {}, async ({ page }) => {
    await page.goto(`${page.url()}docs/`);
    const ready = (operation: string) => page.locator(`${operation} textarea`).waitFor();
    const { status, text } = await execute(page, '/detect', ready, 'application/json');
    assert.equal(status, 200, text);
  });

  whenService('asks below the path of a proxy', {}, async ({ page }) => {
    await page.route('**/below/**', route => route.continue({ url: route.request().url().replace('/below/', '/') }));
    await page.goto(`${page.url()}below/docs`);
    const { status, text } = await execute(page, '/detect', async operation => {
      await page.locator(`${operation} input[type=file]`).setInputFiles(CAT);
    });
    assert.equal(status, 200, text);
    const asked = await page.locator('.opblock:has([data-path="/detect"]) .request-url pre').textContent();
    assert.match(asked!, /^http:\/\/127\.0\.0\.1:\d+\/below\/detect$/);
  });

  whenService('takes several pictures', {}, async ({ page, complaints }) => {
    await page.goto(`${page.url()}docs`);
    const { status, text } = await execute(page, '/detect/batch', async operation => {
      await page.locator(`${operation} .json-schema-form-item-add`).click();
      const files = page.locator(`${operation} input[type=file]`);
      for (const at of [0, 1]) await files.nth(at).setInputFiles(CAT);
    });
    assert.equal(status, 200, text);
    assert.equal(JSON.parse(text).results.length, 2, text);
    // The UI's own, of every list of files.
    assert.deepEqual(complaints.splice(0), ['console: Could not find component: JsonSchema_string_binary']);
  });
});
