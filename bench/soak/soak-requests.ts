import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { imagesFolder } from '../bench-options.ts';
import type { PictureRequest } from '../load/connection.ts';
import { pictureRequest, pictureRequests } from '../load/picture-requests.ts';

/** What must come back: a result, a refusal, or (a picture that decoders disagree on) one of the two. */
export type Expectation = 'result' | 'refusal' | 'either';

export interface SoakRequest extends PictureRequest {
  expect: Expectation;
}

const ODD_IMAGES = '../shared/data/odd-images';
const PHOTOS = '../shared/data/photos';
/** One in so many is hostile, one in so many is a photo of 1 to 12 megapixels. */
const HOSTILE_EVERY = 5;
const PHOTO_EVERY = 20;
const MAX_ODD_BYTES = 2_000_000;

export async function soakRequests(): Promise<{ requests: SoakRequest[]; about: string }> {
  const folder = imagesFolder(undefined);
  const everyday = (await pictureRequests(folder, 'raw')).map(expecting('result'));
  const forms = (await pictureRequests('samples', 'multipart')).map(expecting('result'));
  const photos = existsSync(PHOTOS) ? (await pictureRequests(PHOTOS, 'raw')).map(expecting('result')) : [];
  const hostile = [...(await madeHostile()), ...(await oddImages())];

  const requests: SoakRequest[] = [];
  for (let index = 0; index < Math.max(1000, hostile.length * HOSTILE_EVERY); index++) {
    if (index % HOSTILE_EVERY === 1) requests.push(take(hostile, index / HOSTILE_EVERY));
    else if (index % PHOTO_EVERY === 2 && photos.length > 0) requests.push(take(photos, index / PHOTO_EVERY));
    else if (index % PHOTO_EVERY === 12) requests.push(take(forms, index / PHOTO_EVERY));
    else requests.push(take(everyday, index));
  }
  const about = `${everyday.length} pictures of ${folder}, ${photos.length} photos of 1 to 12 megapixels, ${hostile.length} hostile bodies (every fifth request)`;
  return { requests, about };
}

function take<T>(items: readonly T[], at: number): T {
  return items[Math.floor(at) % items.length]!;
}

function expecting(expect: Expectation) {
  return (request: PictureRequest): SoakRequest => ({ ...request, expect });
}

async function madeHostile(): Promise<SoakRequest[]> {
  const cat = await readFile('samples/cat.jpg');
  const noisy = Buffer.from(cat);
  for (let at = 700; at < noisy.length; at += 97) noisy[at] = (at * 31) & 0xff;
  const form = pictureRequest('cut-form', cat, 'multipart');
  const cutForm = form.body.subarray(0, form.body.length - 30);
  const json = (text: string): PictureRequest => ({
    ...pictureRequest('json', Buffer.from(text), 'raw'),
    headers: { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) },
  });
  const refused = [
    pictureRequest('empty', Buffer.alloc(0), 'raw'),
    pictureRequest('garbage', Buffer.alloc(50_000, 'garbage'), 'raw'),
    pictureRequest('truncated', cat.subarray(0, cat.length / 2), 'raw'),
    pictureRequest('only a head', cat.subarray(0, 20), 'raw'),
    pictureRequest(
      'svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'),
      'raw',
    ),
    { ...form, body: cutForm, headers: { ...form.headers, 'content-length': String(cutForm.length) } },
    json('{"image": 5}'),
    json('{"image": "AAAA'),
    { ...pictureRequest('option', cat, 'raw'), path: '/detect?nothing=1' },
  ];
  return [...refused.map(expecting('refusal')), expecting('either')(pictureRequest('noisy', noisy, 'raw'))];
}

async function oddImages(): Promise<SoakRequest[]> {
  if (!existsSync(ODD_IMAGES)) return [];
  const found = await Promise.all(
    (['broken', 'lenient', 'valid'] as const).map(async kind => {
      const files = await readdir(path.join(ODD_IMAGES, kind));
      const bodies = await Promise.all(files.map(file => readFile(path.join(ODD_IMAGES, kind, file))));
      const requests = bodies.map((body, index) => pictureRequest(`${kind}/${files[index]}`, body, 'raw'));
      return requests.map(expecting(kind === 'broken' ? 'refusal' : 'either'));
    }),
  );
  return found.flat().filter(({ body }) => body.length <= MAX_ODD_BYTES);
}
