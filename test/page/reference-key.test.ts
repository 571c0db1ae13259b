import assert from 'node:assert/strict';
import { describePage } from './describe-page.ts';

const KEY = 'a-key-of-sixteen-or-more';
const CAT = 'samples/cat.jpg';

describePage('the API reference of a service with keys', whenService => {
  whenService('asks for one, says when it is wrong, and sends it', { API_KEYS: KEY }, async ({ page }) => {
    await page.goto(`${page.url()}docs/`);
    const input = page.getByLabel('API key');
    const wrong = page.getByRole('alert');
    await input.waitFor();
    assert.equal(await wrong.textContent(), '', 'nothing was wrong yet');
    assert.equal(await page.locator('.opblock').count(), 0);
    await input.fill('schlüssel');
    await page.keyboard.press('Enter');
    await wrong.filter({ hasText: 'Keys are made of ASCII' }).waitFor();
    await input.fill('wrong-key-of-mine');
    await page.keyboard.press('Enter');
    await wrong.filter({ hasText: 'key' }).waitFor();
    assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'a wrong key is not kept');
    await input.fill(KEY);
    await page.getByRole('button', { name: 'Use this key' }).click();

    const operation = '.opblock:has([data-path="/detect"])';
    await page.locator(`${operation} .opblock-summary-control`).click();
    assert.equal(await input.isVisible(), false);
    await page.locator(`${operation} .try-out__btn`).click();
    await page.locator(`${operation} input[type=file]`).setInputFiles(CAT);
    const answered = page.waitForResponse(response => response.request().method() === 'POST');
    await page.locator(`${operation} button.execute`).click();
    assert.equal((await answered).status(), 200);
  });

  whenService('takes the key that the page was given', { API_KEYS: KEY }, async ({ page }) => {
    await page.locator('#key').fill(KEY);
    await page.keyboard.press('Enter');
    await page.locator('#key-dialog').waitFor({ state: 'hidden' });
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.locator('.opblock').first().waitFor();
    assert.equal(await page.getByLabel('API key').isVisible(), false);
  });

  whenService('says what is wrong where it is not the key, and asks for none', {}, async ({ page }) => {
    await page.route('**/docs/json', route => route.fulfill({ status: 502, body: '<html>A proxy</html>' }));
    await page.goto(`${page.url()}docs`);
    await page.getByRole('alert').filter({ hasText: 'HTTP 502, and not from the service itself' }).waitFor();
    assert.equal(await page.getByLabel('API key').isVisible(), false);
  });
});
