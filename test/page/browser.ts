import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Why the tests in a browser cannot run here; false where they can. */
export const NO_BROWSER =
  CHROMIUM === undefined && 'no Chromium at /usr/bin/chromium ("apt-get install chromium" brings it)';

const ARGUMENTS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--font-render-hinting=none'],
  // Without these the camera of the tests would be the machine's, after a question that nobody answers.
  ...['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
];

/** `camera` is a file that the fake camera shows over and over (MJPEG). */
export function launchBrowser({ camera }: { camera?: string } = {}): Promise<Browser> {
  const args = camera === undefined ? ARGUMENTS : [...ARGUMENTS, `--use-file-for-fake-video-capture=${camera}`];
  return chromium.launch({ executablePath: CHROMIUM!, args, timeout: 30_000 });
}

export interface Visit {
  page: Page;
  /** What should not happen on a page in order: errors, warnings, what the policy blocked, requests to elsewhere. */
  complaints: string[];
  /** Paths of the requests to the service, in order. */
  requests: string[];
  close(): Promise<void>;
}

/** A fresh visitor on the page at `url`. Answers other than 2xx and 3xx are no complaint. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  const { origin: home } = new URL(url);
  page.on('console', message => {
    const text = message.text();
    if (/^Failed to load resource: the server responded with a status of [45]\d\d/.test(text)) return;
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(`console: ${text}`);
  });
  page.on('pageerror', error => complaints.push(`error: ${error.message}`));
  page.on('request', request => {
    const { protocol, origin, pathname } = new URL(request.url());
    if (protocol === 'blob:') return;
    if (origin === home) requests.push(pathname);
    else complaints.push(`request to ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      console.error(`policy: ${violatedDirective} ${blockedURI}`);
    });
  });
  await page.goto(url);
  return { page, complaints, requests, close: () => context.close() };
}
