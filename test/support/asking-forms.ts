import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { multipart } from './pictures.ts';
import { byteTensor, tritonRequest, tritonResult } from './triton-client.ts';

/** One way to ask for the detections of pictures. */
export interface AskingForm {
  name: string;
  /** That one request has. */
  pictures: number;
  /** Forms that say the same of a picture. */
  says: 'detections' | 'drawing' | 'predictions' | 'tensors';
  path: string;
  /** Without a length in the head. */
  chunked?: true;
  write(pictures: readonly Buffer[]): { headers: Record<string, string>; body: Buffer };
  /** Of an answer with 200: what is said of each picture, and nothing of when and by whom. */
  read(body: Buffer, headers: Record<string, unknown>): (string | Refusal)[];
}

export interface Refusal {
  status: number;
  detail: string;
}

type Result = Refusal | { detections: unknown };

const EVERYTHING = '/detect?score_threshold=0.05&include=distribution';
const ofResult = (result: Result) => ('detections' in result ? JSON.stringify(result.detections) : result);
const readOne = (body: Buffer) => [ofResult(JSON.parse(body.toString()))];
const raw = ([picture]: readonly Buffer[]) => ({ headers: { 'content-type': 'image/png' }, body: picture! });
const form = (pictures: readonly Buffer[]) =>
  multipart(pictures.map(content => ({ name: 'image', filename: 'a.png', type: 'image/png', content })));

const TENSORS = ['boxes', 'scores', 'class_ids', 'labels', 'uncertainty'];

/** Outputs have the most detections that a picture has, and nothing where one has fewer. */
function readTensors(body: Buffer, headers: Record<string, unknown>): string[] {
  const result = tritonResult(body, headers);
  const counts = result.as('num_detections') as number[];
  return counts.map((count, index) => {
    const ofPicture = TENSORS.map(name => {
      // In JSON they have more digits than in 32 bits.
      const values = result.as(name)!.map(value => (typeof value === 'number' ? Math.fround(value) : value));
      const each = values.length / counts.length;
      const most = Math.max(...counts, 1);
      return values.slice(index * each, index * each + (each / most) * count);
    });
    return JSON.stringify(ofPicture);
  });
}

/** All that this service understands. */
export const ASKING_FORMS: readonly AskingForm[] = [
  { name: 'raw', pictures: 1, says: 'detections', path: EVERYTHING, write: raw, read: readOne },
  { name: 'chunked', pictures: 1, says: 'detections', path: EVERYTHING, chunked: true, write: raw, read: readOne },
  { name: 'multipart', pictures: 1, says: 'detections', path: EVERYTHING, write: form, read: readOne },
  {
    name: 'base64',
    pictures: 1,
    says: 'detections',
    path: EVERYTHING,
    write: ([picture]) => ({
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ image: picture!.toString('base64') })),
    }),
    read: readOne,
  },
  {
    name: 'batch',
    pictures: 3,
    says: 'detections',
    path: EVERYTHING.replace('?', '/batch?'),
    write: form,
    read: body => (JSON.parse(body.toString()) as { results: Result[] }).results.map(ofResult),
  },
  {
    name: 'annotated',
    pictures: 1,
    says: 'drawing',
    path: '/detect?score_threshold=0.05',
    write: pictures => ({ ...raw(pictures), headers: { 'content-type': 'image/png', accept: 'image/png' } }),
    read(body, headers) {
      assert.equal(headers['content-type'], 'image/png');
      return [createHash('sha256').update(body).digest('hex')];
    },
  },
  {
    name: 'DeepStack',
    pictures: 1,
    says: 'predictions',
    path: '/v1/vision/detection',
    write: form,
    read: body => [JSON.stringify(JSON.parse(body.toString()).predictions)],
  },
  {
    name: 'OIP, the bytes alone',
    pictures: 1,
    says: 'tensors',
    path: '/v2/models/tiny/infer',
    write: ([picture]) => ({ headers: { 'inference-header-content-length': '0' }, body: picture! }),
    read: readTensors,
  },
  {
    name: 'OIP',
    pictures: 2,
    says: 'tensors',
    path: '/v2/models/tiny/infer',
    write(pictures) {
      const input = { name: 'image', shape: [pictures.length], datatype: 'BYTES', raw: byteTensor(pictures) };
      const { headers, payload } = tritonRequest([input]);
      return { headers, body: payload };
    },
    read: readTensors,
  },
];
