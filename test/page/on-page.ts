import type { Page } from 'playwright-core';
import type { Box, Detection } from '../../src/page/api/answer.ts';

export interface FileToGive {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** Gives pictures to the page and waits until each has its answer. */
export async function give(page: Page, files: readonly FileToGive[] | readonly string[]): Promise<void> {
  await page.setInputFiles('#files', files as FileToGive[]);
  await settled(page);
}

/** Waits until no picture is on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('.thumbnail').first().waitFor({ state: 'attached' });
  await page.waitForFunction(() => {
    const all = [...document.querySelectorAll<HTMLElement>('.thumbnail')];
    return all.every(({ dataset }) => dataset.status === 'done' || dataset.status === 'failed');
  });
  await nextFrame(page);
}

export function nextFrame(page: Page): Promise<void> {
  return page.evaluate(() => new Promise<void>(resolve => requestAnimationFrame(() => resolve())));
}

/** Where the boxes lie on the screen, in pixels of the picture, highest score first. */
export function boxesOnScreen(page: Page, picture: { width: number }): Promise<Box[]> {
  return page.evaluate(width => {
    const frame = document.querySelector('#frame')!.getBoundingClientRect();
    const scale = frame.width / width;
    return [...document.querySelectorAll('.box')].map(box => {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      return {
        x1: (left - frame.left) / scale,
        y1: (top - frame.top) / scale,
        x2: (right - frame.left) / scale,
        y2: (bottom - frame.top) / scale,
      };
    });
  }, picture.width);
}

/** [red, green, blue, alpha] of what is drawn over the picture at these points, given in pixels of the picture. */
export function overlayAt(page: Page, picture: { width: number }, points: readonly [x: number, y: number][]) {
  return page.evaluate(
    ([width, wanted]) => {
      const canvas = document.querySelector<HTMLCanvasElement>('#overlay')!;
      const scale = canvas.width / width;
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      const context = copy.getContext('2d', { willReadFrequently: true })!;
      context.drawImage(canvas, 0, 0);
      return wanted.map(([x, y]) => [...context.getImageData(Math.round(x * scale), Math.round(y * scale), 1, 1).data]);
    },
    [picture.width, points] as const,
  );
}

export const labelsOnScreen = (page: Page): Promise<string[]> =>
  page.locator('.box').evaluateAll(boxes => boxes.map(box => box.getAttribute('aria-label')!.split(',')[0]!));

export async function setThreshold(page: Page, value: number): Promise<void> {
  await page.locator('#threshold').fill(String(value));
  await nextFrame(page);
}

/** Pins the box that lies in the middle of the picture, and takes the pointer away. */
export async function pinInMiddle(page: Page): Promise<void> {
  const { x, y, width, height } = (await page.locator('#boxes').boundingBox())!;
  await page.mouse.click(x + width / 2, y + height / 2);
  await page.locator('#edge-card.is-pinned:not([hidden])').waitFor();
  await page.mouse.move(5, 5);
}

/** The middle of each edge, a little to the inside or outside of nothing: on the line itself. */
export function edgeMiddles({ x1, y1, x2, y2 }: Detection['box']): [x: number, y: number][] {
  const [x, y] = [(x1 + x2) / 2, (y1 + y2) / 2];
  return [
    [x1, y],
    [x, y1],
    [x2, y],
    [x, y2],
  ];
}
