import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { loadPage } from '../../src/http/page-files.ts';
import { createTestApp, type TestService } from '../support/test-app.ts';
import { launchBrowser, NO_BROWSER, type Visit, visit } from './browser.ts';

/** One visit to the page of a service of its own, which must end without a complaint. */
type WhenService = (
  name: string,
  env: Record<string, string>,
  run: (visit: Visit, service: TestService) => Promise<void>,
) => void;

/** Tests of the page before services made for each: the real edge over engines that answer as told. */
export function describePage(title: string, define: (whenService: WhenService) => void): void {
  describe(title, { skip: NO_BROWSER }, () => {
    let browser: Browser;
    before(async () => {
      browser = await launchBrowser();
    });
    after(() => browser?.close());

    define((name, env, run) => {
      test(name, async () => {
        const service = await createTestApp({ env, page: loadPage('dist/page') });
        const url = `${await service.app.listen({ port: 0, host: '127.0.0.1' })}/`;
        const one = await visit(browser, url);
        try {
          await run(one, service);
          assert.deepEqual(one.complaints, []);
        } finally {
          await one.close();
          await service.app.close();
        }
      });
    });
  });
}
