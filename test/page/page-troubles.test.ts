import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Route } from 'playwright-core';
import { until } from '../support/until.ts';
import { describePage } from './describe-page.ts';
import { give, settled } from './on-page.ts';

/** What goes wrong between the page and a service that is well. */

const CAT = 'samples/cat.jpg';
const KEY = 'correct-horse-battery';

describePage('the page says and survives', whenService => {
  whenService(
    'requests without an answer: they end with their pictures, or after three minutes',
    {},
    async ({ page }, { pool }) => {
      const { answer } = pool;
      pool.slots = 5; // nothing but the page itself holds pictures back
      let answers = false;
      pool.answer = (job, signal) =>
        answers ? answer(job, signal) : new Promise((_, reject) => signal?.addEventListener('abort', reject));
      const dropped: string[] = [];
      page.on('requestfailed', request => dropped.push(new URL(request.url()).pathname));
      await page.setInputFiles('#files', [CAT, 'samples/coffee.jpg', 'samples/motorcycle.jpg']);
      await until(() => pool.jobs.length === 2);
      answers = true;
      await page.locator('#remove').click();
      await page.locator('#remove').click();
      await page.locator('.box').first().waitFor({ timeout: 5_000 });
      assert.equal(await page.locator('#title').textContent(), 'motorcycle.jpg');
      await until(() => dropped.length >= 2);
      assert.deepEqual(dropped, ['/detect', '/detect']);

      answers = false;
      await page.evaluate(() => {
        const { send } = XMLHttpRequest.prototype;
        XMLHttpRequest.prototype.send = function (body) {
          Object.assign(globalThis, { timeout: this.timeout });
          if (this.timeout > 0) this.timeout = 200;
          send.call(this, body);
        };
      });
      await page.setInputFiles('#files', [CAT]);
      await page.locator('#problem h2', { hasText: 'The service cannot be reached' }).waitFor({ timeout: 5_000 });
      assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 1);
      assert.equal(await page.evaluate(() => (globalThis as unknown as { timeout: number }).timeout), 180_000);
    },
  );

  whenService('a key that cannot be tried: it is not kept', { API_KEYS: KEY }, async ({ page, requests }) => {
    const wrong = page.locator('#key-wrong');
    const kept = () => page.evaluate(() => sessionStorage.length);
    await page.locator('#key-dialog').waitFor();
    let instead: { status: number; body: string } | undefined;
    await page.route('**/models', route => (instead ? route.fulfill(instead) : route.continue()));
    const asked = requests.filter(one => one === '/models').length;
    await page.locator('#key').fill('schlüssel-aus-münchen');
    await page.keyboard.press('Enter');
    await wrong.filter({ hasText: 'Keys are made of ASCII' }).waitFor();
    assert.equal(requests.filter(one => one === '/models').length, asked, 'no header carries it');

    const body = JSON.stringify({ title: 'Unavailable', detail: 'It is stopping.', code: 'unavailable' });
    instead = { status: 503, body };
    await page.locator('#key').fill(KEY);
    await page.keyboard.press('Enter');
    await wrong.filter({ hasText: 'It is stopping.' }).waitFor();
    instead = { status: 200, body: '<html>A proxy</html>' };
    await page.keyboard.press('Enter');
    await wrong.filter({ hasText: 'not from the service itself' }).waitFor();
    assert.equal(await kept(), 0);

    instead = undefined;
    await page.keyboard.press('Enter');
    await page.locator('#key-dialog').waitFor({ state: 'hidden' });
    await page.locator('#one-model').waitFor();
    assert.equal(await kept(), 1);
  });

  whenService('models that do not come: why not, until they are asked for again', {}, async ({ page }) => {
    const trouble = page.locator('#no-models');
    const body = JSON.stringify({ title: 'Unavailable', detail: 'It is stopping.', code: 'unavailable' });
    await page.route('**/models', route => route.fulfill({ status: 503, body }));
    await page.reload();
    await trouble.filter({ hasText: 'Unavailable' }).waitFor();
    assert.equal(await trouble.getAttribute('title'), 'It is stopping.');
    await page.locator('#announcer', { hasText: 'The models are not known. It is stopping.' }).waitFor();
    await give(page, [CAT]);
    assert.equal(await page.locator('.box').count(), 2, 'pictures are sent all the same');
    const again = page.getByRole('button', { name: 'Try again' });
    await Promise.all([page.waitForResponse('**/models'), again.click()]);
    assert.equal(await trouble.isVisible(), true);
    await page.unroute('**/models');
    await again.click();
    await page.locator('#one-model').waitFor();
    assert.equal(await trouble.isVisible(), false);
    await page.locator('#title:focus').waitFor();
  });

  whenService('an example that does not come: why not, until it is clicked again', {}, async ({ page, complaints }) => {
    const problem = page.locator('#example-problem');
    const example = page.locator('[data-example="cat.jpg"]');
    let answer = (route: Route) => route.abort();
    await page.route('**/samples/cat.jpg', route => answer(route));
    await example.click();
    await problem.filter({ hasText: 'The service cannot be reached' }).waitFor();
    assert.match(complaints.splice(0).join(), /^console: Failed to load resource: net::ERR_FAILED$/);
    const body = JSON.stringify({ title: 'Overloaded', detail: 'Too many connections.', code: 'overloaded' });
    answer = route => route.fulfill({ status: 503, body });
    await example.click();
    await problem.filter({ hasText: 'Too many connections.' }).waitFor();
    answer = route => route.continue();
    await example.click();
    await settled(page);
    await page.locator('#remove').click();
    await page.locator('#welcome').waitFor();
    assert.equal(await problem.isVisible(), false);
  });

  whenService(
    'a file that is gone: it is not the service that cannot be reached',
    {},
    async ({ page, complaints }, { pool }) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'gfl-page-'));
      const file = path.join(folder, 'cat.jpg');
      await copyFile(CAT, file);
      pool.answer = async () => {
        throw new Error('once');
      };
      await give(page, [file]);
      await rm(folder, { recursive: true });
      const problem = page.locator('#problem');
      await problem.getByRole('button', { name: 'Try again' }).click();
      await problem.locator('h2', { hasText: 'The file cannot be read' }).waitFor({ timeout: 5_000 });
      assert.match((await problem.textContent())!, /is it a folder, or was it moved\?.*unreadable_file$/);
      assert.equal(await problem.getByRole('button').count(), 0, 'trying again would not help');
      assert.match(complaints.splice(0).join(), /^(console: Failed to load resource: net::ERR_\w+,?)+$/);
    },
  );
});
