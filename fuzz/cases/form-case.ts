import type { Dice } from '../dice.ts';
import { mutateBytes } from '../mutate/mutate-bytes.ts';
import type { CaseMaker } from './fuzz-case.ts';
import { httpRequest } from './http-request.ts';
import { optionTexts } from './option-case.ts';

const BOUNDARIES = ['XBOUNDARYX', '-', "'()+_,-./:=?", 'x'.repeat(70), '----WebKitFormBoundaryabcdefghijklmnop'];
const WRONG_TYPES = (boundary: string) => [
  'multipart/form-data',
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=""',
  `multipart/form-data; boundary=${boundary}x`,
  `multipart/form-data; boundary=${'y'.repeat(71)}`,
  `multipart/form-data; boundary=${'z'.repeat(5000)}`,
  `multipart/form-data; boundary=${boundary}; boundary=other`,
  `multipart/form-data; x=";boundary=other"; boundary=${boundary}`,
  `multipart/form-data; x="; boundary=${boundary}`,
  `multipart/form-data; boundary*=utf-8''${boundary}; boundary=other`,
  `multipart/form-data; boundary=other; boundary*=utf-8''${boundary}`,
  `multipart/form-data; charset=utf-16; boundary=${boundary}`,
  `multipart/mixed; boundary=${boundary}`,
  `MULTIPART/FORM-DATA; BOUNDARY=${boundary}`,
];
const NAMES = [
  'image',
  'image',
  'image',
  'picture',
  '',
  'classes',
  '__proto__',
  'constructor',
  'image\\"',
  'ü',
  'a'.repeat(500),
];
const HEADS = [
  'Content-Disposition: attachment; name="image"; filename="a.jpg"',
  'Content-Disposition: form-data',
  'content-disposition:form-data;name=image;filename=../../etc/passwd',
  'Content-Disposition: form-data; name="image"; filename*=UTF-8\'\'%2e%2e%2fx',
  'Content-Type: image/jpeg',
  'X-Nothing: 1',
  `X-Long: ${'h'.repeat(20_000)}`,
  'Content-Disposition',
  'Content-Disposition: form-data; name="image"; filename="a\r\n b"',
  'Content-Transfer-Encoding: base64',
];

/** Of a batch, by default. */
const MOST_PICTURES = 16;
/** Below what a form may have of anything. */
const MOST_PARTS = 30;

interface Part {
  bytes: Buffer;
  /** Its head has a line that a form need not have, or thousands. */
  odd: boolean;
}

function part(name: string, content: Buffer, dice: Dice, fileName?: string): Part {
  const file = fileName === undefined ? '' : `; filename="${fileName}"`;
  const lines = [`Content-Disposition: form-data; name="${name}"${file}`];
  const another = dice.chance(0.1);
  if (another) lines.splice(dice.int(2), dice.int(2), dice.pick(HEADS));
  const many = dice.chance(0.01);
  if (many) lines.push(...Array.from({ length: 3000 }, (_, i) => `X-${i}: y`));
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8'), content]);
  return { bytes, odd: another || many || !/^[a-z_]+$/.test(name) };
}

/** A form: its parts, its framing, its Content-Type; to `/detect` and to `/detect/batch`. */
export const formCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const boundary = dice.pick(BOUNDARIES);
  const batch = dice.chance(0.25);
  const parts: Part[] = [];
  const pictures = dice.chance(0.8) ? (batch ? 1 + dice.int(4) : 1) : dice.int(20);
  for (let i = 0; i < pictures; i++) {
    const { bytes } = dice.pick(seeds);
    const content = dice.chance(0.1) ? mutateBytes(bytes, dice, dice.pick(seeds).bytes) : bytes;
    parts.push(
      part(dice.chance(0.9) ? 'image' : dice.pick(NAMES), content, dice, dice.chance(0.8) ? 'a.jpg' : undefined),
    );
  }
  for (const [name, value] of optionTexts(dice)) parts.push(part(name, Buffer.from(value), dice));
  if (dice.chance(0.02)) {
    const count = dice.pick([40, 1000, 5000]);
    for (let i = 0; i < count; i++) parts.push(part(dice.pick(NAMES), Buffer.from('x'), dice));
  }
  if (dice.chance(0.3)) parts.reverse();
  let body: Buffer = Buffer.concat([
    ...(dice.chance(0.05) ? [Buffer.from('a preamble\r\n')] : []),
    ...parts.flatMap(one => [Buffer.from(`--${boundary}\r\n`), one.bytes, Buffer.from('\r\n')]),
    Buffer.from(`--${boundary}--${dice.pick(['\r\n', '', '\r\nan epilogue'])}`),
  ]);
  const sort = dice.int(10);
  let cut = false;
  if (sort < 2) {
    // Never of the epilogue alone, which nobody misses.
    const end = body.lastIndexOf(`--${boundary}--`) + boundary.length + 3;
    body = body.subarray(0, dice.int(end));
    cut = true;
  } else if (sort === 2) body = mutateBytes(body, dice, dice.pick(seeds).bytes);
  else if (sort === 3) body = mutateFraming(body, boundary, dice);
  const type = sort === 4 ? dice.pick(WRONG_TYPES(boundary)) : contentType(boundary);
  const headers = { 'Content-Type': type, 'X-Request-Id': requestId };
  const request = httpRequest(batch ? '/detect/batch' : '/detect', headers, body);
  const what = `form of ${parts.length} parts${cut ? ', cut' : ''}${sort === 2 || sort === 3 ? ', changed' : ''}`;
  const untouched =
    sort > 4 && pictures <= MOST_PICTURES && parts.length <= MOST_PARTS && !parts.some(({ odd }) => odd);
  return { what, request, ...(cut && { cut: true as const }), ...(untouched && { untouched: true as const }) };
};

function contentType(boundary: string): string {
  return /^[\w-]+$/.test(boundary)
    ? `multipart/form-data; boundary=${boundary}`
    : `multipart/form-data; boundary="${boundary}"`;
}

/** Changes where the framing is: near a boundary. */
function mutateFraming(body: Buffer, boundary: string, dice: Dice): Buffer {
  const places: number[] = [];
  for (let at = body.indexOf(boundary); at >= 0; at = body.indexOf(boundary, at + 1)) places.push(at);
  const at = Math.max(0, dice.pick(places) - 4 + dice.int(boundary.length + 120));
  const insert = Buffer.from(
    dice.pick(['\r\n', '\n', '\r', '-', '--', ' ', '\0', '"', `\r\n--${boundary}`, `--${boundary}--`]),
  );
  const drop = dice.int(4);
  return Buffer.concat([body.subarray(0, at), ...(dice.chance(0.6) ? [insert] : []), body.subarray(at + drop)]);
}
