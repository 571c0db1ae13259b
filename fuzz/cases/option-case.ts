import type { Dice } from '../dice.ts';
import type { CaseMaker } from './fuzz-case.ts';
import { httpRequest } from './http-request.ts';

const VALUES: Record<string, readonly string[]> = {
  score_threshold: [
    '0.5',
    '0',
    '1',
    '-0',
    '1e-3',
    '2',
    '-1',
    'NaN',
    'Infinity',
    '1e999',
    '0x1',
    '',
    ' 0.5 ',
    '0.5.5',
    `${'1'.repeat(4000)}x`,
    '.5',
    '١',
  ],
  iou_threshold: ['0.5', '0', '1', '1.0000001', 'null', 'true', '[]', '5e-1'],
  max_detections: ['1', '1000', '1001', '0', '1.5', '1e2', '99999999999999999999', '-1', '1_0'],
  classes: [
    'red',
    'red,blue',
    '0,1,2',
    'red,red',
    ',',
    'red,',
    'mauve',
    '-1',
    '3',
    '__proto__',
    'constructor',
    'toString',
  ],
  class_thresholds: [
    'red:0.5',
    'red:0.5,red:0.6',
    '0:0',
    'red',
    ':',
    'red:',
    ':0.5',
    '__proto__:0.5',
    'red:0.5:0.5',
    'red:2',
  ],
  class_agnostic: ['true', 'false', '1', '0', 'TRUE', 'yes', '2', 'tru'],
  include: ['timings', 'distribution', 'distribution,timings', 'everything', ','],
  model: ['tiny', 'tiny ', 'other', '../tiny', '/etc/passwd', '%00', 'tiny/model.json', '__proto__', ''],
};
const STRANGERS = [
  'threshold',
  'file',
  'path',
  'url',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'Score_Threshold',
  'image[]',
  '',
];

/** None to three options as text; most of them good. */
export function optionTexts(dice: Dice): [name: string, value: string][] {
  if (dice.chance(0.5)) return [];
  return Array.from({ length: 1 + dice.int(3) }, () => {
    if (dice.chance(0.05)) return [dice.pick(STRANGERS), 'x'];
    const name = dice.pick(Object.keys(VALUES));
    const values = VALUES[name]!;
    return [name, dice.chance(0.6) ? values[0]! : dice.pick(values)];
  });
}

/** Options in a query around a whole picture. */
export const queryCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const options = [...optionTexts(dice), ...optionTexts(dice)];
  let query = options.map(([name, value]) => `${encode(name, dice)}=${encode(value, dice)}`).join('&');
  if (dice.chance(0.1))
    query += dice.pick(['&', '&&', '&=', '&a', '%zz', '%', '&classes[]=red', '&x='.repeat(500), '#f']);
  if (dice.chance(0.01)) query += `&classes=${'red,'.repeat(3000)}red`;
  const seed = dice.pick(seeds);
  const headers = { 'Content-Type': 'application/octet-stream', 'X-Request-Id': requestId };
  const request = httpRequest(`/detect?${query}`, headers, seed.bytes);
  return { what: `query ${query.slice(0, 100)}`, request, untouched: true };
};

function encode(text: string, dice: Dice): string {
  const encoded = encodeURIComponent(text);
  return dice.chance(0.1) ? encoded.replaceAll('%', dice.pick(['%25', '%', ''])) : encoded;
}
