import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Client } from '../../src/client/index.ts';
import { squares } from '../support/squares.ts';
import { startTinyService } from '../support/tiny-service.ts';
import { launchBrowser, NO_BROWSER } from './browser.ts';

const PAGE = `<!doctype html><script type="module">
  import { createClient } from './client/index.js';
  globalThis.client = createClient({ baseUrl: '/' });
</script>`;

test('the client works in Chromium as it is built, without a bundler', { skip: NO_BROWSER }, async () => {
  const service = await startTinyService();
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    // The service's own origin, as a page of the same host would be, with the built files beside it.
    await page.route('**/app/**', async (route, request) => {
      const { pathname } = new URL(request.url());
      if (pathname === '/app/') return route.fulfill({ contentType: 'text/html', body: PAGE });
      const body = await readFile(`dist/${pathname.slice('/app/'.length)}`, 'utf8');
      return route.fulfill({ contentType: 'text/javascript', body });
    });
    await page.goto(`${service.url}/app/`);
    const found = await page.evaluate(
      async base64 => {
        const { client } = globalThis as unknown as { client: Client };
        const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
        const { detections } = await client.detect(blob, { classes: ['red'] });
        const batch = await client.detectBatch([blob, new Uint8Array([1])]);
        const refused = await client.detect(blob, { model: 'none' }).catch((error: { code: string }) => error.code);
        return { labels: detections.map(({ label }) => label), batch: batch.length, refused };
      },
      (await squares([['red', 2, 2]])).toString('base64'),
    );
    assert.deepEqual(found, { labels: ['red'], batch: 2, refused: 'not_found' });
  } finally {
    await browser.close();
  }
});
