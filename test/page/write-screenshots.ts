import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { startService } from '../../bench/start-service.ts';
import { ASKED_MAX_DETECTIONS, ASKED_THRESHOLD } from '../../src/page/api/client.ts';
import { launchBrowser, NO_BROWSER, visit } from './browser.ts';
import { give, setThreshold } from './on-page.ts';

/** `npm run screenshots [FOLDER]`: the page as it looks, on the pictures in samples/ alone; into docs/images those of the README. */

const SAMPLES = ['astronaut', 'motorcycle', 'cat', 'coffee', 'photographer'].map(name => `samples/${name}.jpg`);
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
};
const DARK: BrowserContextOptions = { colorScheme: 'dark' };

const IN_README = ['page', 'page-dark', 'page-phone-dark'];

const SHOTS: [name: string, options: BrowserContextOptions, prepare: (page: Page) => Promise<void>][] = [
  ['page-welcome', DESKTOP, async () => {}],
  ['page-welcome-dark', { ...DESKTOP, ...DARK }, async () => {}],
  [
    'page',
    DESKTOP,
    async page => {
      await choose(page, [SAMPLES[4]!, ...SAMPLES.slice(0, 4)]);
      await setThreshold(page, 0.34);
      await page
        .locator('.box')
        .first()
        .hover({ position: { x: 60, y: 200 } });
    },
  ],
  ['page-bands', DESKTOP, page => choose(page, [SAMPLES[1]!, SAMPLES[0]!, ...SAMPLES.slice(2)])],
  [
    'page-dark',
    { ...DESKTOP, ...DARK },
    async page => {
      await choose(page, SAMPLES);
      await page
        .locator('.box')
        .first()
        .hover({ position: { x: 60, y: 120 } });
    },
  ],
  [
    'page-json',
    { viewport: { width: 1280, height: 1000 } },
    async page => {
      await choose(page, SAMPLES.slice(1, 2));
      await page.locator('#answer summary').click();
      await page.locator('#json:not(:empty)').waitFor();
      await page.locator('.inspector').evaluate(inspector => inspector.scrollTo(0, 470));
    },
  ],
  [
    'page-error',
    DESKTOP,
    async page => {
      const buffer = Buffer.from('ffd8ffe000104a4649460001', 'hex');
      await page.setInputFiles('#files', { name: 'holiday.jpg', mimeType: 'image/jpeg', buffer });
      await page.locator('#problem h2').waitFor();
    },
  ],
  ['page-phone-welcome', PHONE, async () => {}],
  ['page-phone', PHONE, page => choose(page, SAMPLES.slice(0, 1))],
  [
    'page-phone-dark',
    { ...PHONE, ...DARK },
    async page => {
      await choose(page, SAMPLES.slice(1, 2));
      await page
        .locator('.box')
        .first()
        .tap({ position: { x: 40, y: 60 } });
    },
  ],
];

/** The first alone: the times that are shown are its own. */
async function choose(page: Page, [first, ...others]: readonly string[]): Promise<void> {
  await give(page, [first!]);
  await page.locator('.box').first().waitFor();
  if (others.length === 0) return;
  await give(page, others);
  await page.locator('.thumbnail').first().click();
}

const AS_THE_PAGE_ASKS = {
  score_threshold: String(ASKED_THRESHOLD),
  max_detections: String(ASKED_MAX_DETECTIONS),
  include: 'distribution,timings',
};

/** The times on the page are those of a service that has answered before. */
async function warmUp(url: string): Promise<void> {
  for (let round = 0; round < 20; round++) {
    for (const sample of SAMPLES) {
      const body = new FormData();
      body.set('image', new Blob([await readFile(sample)]));
      for (const [name, value] of Object.entries(AS_THE_PAGE_ASKS)) body.set(name, value);
      const answer = await fetch(`${url}detect`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`${sample} was answered with ${answer.status}.`);
      await answer.arrayBuffer();
    }
  }
}

async function write(shots: typeof SHOTS, browser: Browser, url: string, folder: string): Promise<void> {
  for (const [name, options, prepare] of shots) {
    const { page, close } = await visit(browser, url, options);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(1500); // the browser is busy with the page, on the CPUs that answer
    await prepare(page);
    await page.waitForTimeout(500);
    const picture = await page.screenshot();
    // 256 colours, dithered: a third of the bytes, and the bands stay smooth.
    await sharp(picture)
      .png({ palette: true, effort: 10, compressionLevel: 9 })
      .toFile(path.join(folder, `${name}.png`));
    await close();
  }
}

if (NO_BROWSER) throw new Error(NO_BROWSER);
const { 2: given } = process.argv;
const folder = given ?? 'docs/images';
const shots = given === undefined ? SHOTS.filter(([name]) => IN_README.includes(name)) : SHOTS;
await mkdir(folder, { recursive: true });
const service = await startService();
const browser = await launchBrowser();
try {
  await warmUp(`${service.url}/`);
  await write(shots, browser, `${service.url}/`, folder);
} finally {
  await browser.close();
  await service.stop();
}
