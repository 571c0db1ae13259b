import type { Dice } from '../dice.ts';
import { mutateBytes } from '../mutate/mutate-bytes.ts';
import type { CaseMaker, FuzzCase } from './fuzz-case.ts';
import { httpRequest } from './http-request.ts';

const BOUNDARY = 'XBOUNDARYX';
const CONFIDENCES = ['0', '0.4', '1', ' 0.5 ', '', '2', 'x', 'NaN', '1e-3'];
/** So many of them, from the first, are ones. */
const GOOD_CONFIDENCES = 5;

/** DeepStack's form: a picture among fields that may be anything. */
export const visionCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const picture = dice.pick(seeds).bytes;
  const bytes = dice.chance(0.2) ? mutateBytes(picture, dice, dice.pick(seeds).bytes) : picture;
  const confidence = dice.int(CONFIDENCES.length);
  const fields: [head: string, content: Buffer][] = [['name="image"; filename="a.jpg"', bytes]];
  if (dice.chance(0.5)) fields.push(['name="min_confidence"', Buffer.from(CONFIDENCES[confidence]!)]);
  if (dice.chance(0.3)) fields.push([`name="${dice.pick(['api_key', 'userid', '__proto__'])}"`, Buffer.from('x')]);
  if (dice.chance(0.3)) fields.reverse();
  const body = Buffer.concat([
    ...fields.flatMap(([head, content]) => [
      Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      content,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
  const path = dice.pick(['/v1/vision/detection', '/v1/vision/custom/tiny']);
  const headers = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`, 'X-Request-Id': requestId };
  const asked = fields.some(([head]) => head.includes('min_confidence')) ? confidence : 0;
  return changed(
    dice,
    body,
    body.length - BOUNDARY.length - 4,
    bytes === picture && asked < GOOD_CONFIDENCES,
    sent => ({
      what: `a form for ${path}`,
      request: httpRequest(path, headers, sent),
    }),
  );
};

const OUTPUTS = ['num_detections', 'boxes', 'scores', 'class_ids', 'labels', 'image_size'];
const ODD: unknown[] = [null, -1, 1e308, '', 'x', [], {}, [null], { binary_data_size: -1 }, '__proto__'];

/** A request of the Open Inference Protocol: pictures as base64, behind the JSON, or alone. */
export const inferCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const pictures = Array.from({ length: 1 + dice.int(3) }, () => dice.pick(seeds).bytes);
  const path = dice.pick(['/v2/models/tiny/infer', '/v2/models/tiny/versions/1/infer']);
  const headers: Record<string, string> = { 'Content-Type': 'application/octet-stream', 'X-Request-Id': requestId };
  if (dice.chance(0.15)) {
    const [alone] = pictures;
    headers['Inference-Header-Content-Length'] = '0';
    return changed(dice, alone!, alone!.length, true, sent => ({
      what: 'a picture alone for infer',
      request: httpRequest(path, headers, sent),
    }));
  }
  const binary = dice.chance(0.5);
  const input: Record<string, unknown> = { name: 'image', datatype: 'BYTES', shape: [pictures.length] };
  const tail = Buffer.concat(pictures.flatMap(bytes => [uint32(bytes.length), bytes]));
  if (binary) input.parameters = { binary_data_size: tail.length };
  else input.data = pictures.map(bytes => bytes.toString('base64'));
  const value: Record<string, unknown> = { inputs: [input] };
  if (dice.chance(0.3)) value.parameters = { score_threshold: 0.3, max_detections: 7 };
  if (dice.chance(0.4)) {
    const names = OUTPUTS.filter(() => dice.chance(0.5));
    value.outputs = names.map(name => ({ name, ...(dice.chance(0.3) && { parameters: { binary_data: true } }) }));
  }
  const isOdd = dice.chance(0.2);
  if (isOdd) {
    const place = dice.pick([value, input]);
    place[dice.pick([...Object.keys(place), 'id', 'x'])] = dice.pick(ODD);
  }
  const json = Buffer.from(JSON.stringify(value));
  if (binary) headers['Inference-Header-Content-Length'] = String(json.length);
  const body = binary ? Buffer.concat([json, tail]) : json;
  return changed(dice, body, body.length, !isOdd, sent => ({
    what: `${pictures.length} pictures for infer, ${binary ? 'in binary' : 'in JSON'}`,
    request: httpRequest(path, headers, sent),
  }));
};

/** As it is, cut before `end`, or changed somewhere. */
function changed(dice: Dice, body: Buffer, end: number, good: boolean, send: (body: Buffer) => FuzzCase): FuzzCase {
  const sort = dice.int(10);
  if (sort < 2) {
    const { what, request } = send(body.subarray(0, dice.int(end)));
    return { what: `${what}, cut`, request, cut: true };
  }
  if (sort < 5) {
    const { what, request } = send(mutateBytes(body, dice, body));
    return { what: `${what}, changed`, request };
  }
  return { ...send(body), ...(good && { untouched: true as const }) };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
