import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodePicture } from '../../src/detector/image/decode.ts';
import { DEFAULT_MAX_PIXELS } from '../../src/detector/types.ts';
import type { PictureRequest } from './connection.ts';

export type RequestForm = 'raw' | 'multipart';

const PICTURE = /\.(jpe?g|png|webp)$/i;

/**
 * Every picture of a folder as a request, but those that the service refuses: an answer to them is worth nothing as a measure. The order is shuffled,
 * the same each time: a stretch of them has the folder's mix of shapes and sizes.
 */
export async function pictureRequests(folder: string, form: RequestForm, limit = 1000): Promise<PictureRequest[]> {
  const files = (await readdir(folder)).filter(file => PICTURE.test(file)).sort();
  shuffle(files);
  const requests: PictureRequest[] = [];
  for (const file of files.slice(0, limit)) {
    const bytes = await readFile(path.join(folder, file));
    const refusal = await refusalOf(bytes);
    if (refusal === undefined) requests.push(pictureRequest(file, bytes, form));
    else console.error(`Left out: ${path.join(folder, file)}. ${refusal}`);
  }
  if (requests.length === 0) throw new Error(`${folder} has no picture (JPEG, PNG, WebP) that the service accepts.`);
  return requests;
}

async function refusalOf(bytes: Uint8Array): Promise<string | undefined> {
  const limits = { maxPixels: DEFAULT_MAX_PIXELS, formats: [] };
  try {
    (await decodePicture(bytes, limits, ({ width, height }) => ({ width, height }))).release?.();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

export function pictureRequest(file: string, picture: Buffer, form: RequestForm): PictureRequest {
  if (form === 'raw') return request(file, picture, 'application/octet-stream', picture);
  const boundary = 'bench-7d1f3a9c52e84b06';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="image"; filename="${file}"\r\nContent-Type: image/jpeg\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), picture, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return request(file, picture, `multipart/form-data; boundary=${boundary}`, body);
}

function request(file: string, picture: Buffer, type: string, body: Buffer): PictureRequest {
  const headers = { 'content-type': type, 'content-length': String(body.length) };
  return { file, picture, path: '/detect', headers, body };
}

/** Fisher-Yates with a fixed linear congruential generator (Numerical Recipes). */
function shuffle(items: string[]): void {
  let state = 4;
  for (let i = items.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [items[i], items[j]] = [items[j]!, items[i]!];
  }
}
