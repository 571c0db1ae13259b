import type { Dice } from '../dice.ts';
import { mutateBytes } from '../mutate/mutate-bytes.ts';
import type { CaseMaker } from './fuzz-case.ts';
import { httpRequest } from './http-request.ts';
import { optionTexts } from './option-case.ts';

const ODD_VALUES = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  0.5,
  '',
  'x',
  [],
  ['red'],
  [['red']],
  {},
  { red: 0.5 },
  { a: { b: {} } },
  [null],
];
const TYPES = ['application/json', 'application/json; charset=utf-8', 'application/JSON', 'application/vnd.x+json'];

function base64(bytes: Buffer, dice: Dice): string {
  const text = bytes.toString('base64');
  switch (dice.int(16)) {
    case 0:
      return text.replace(/=+$/, '');
    case 1:
      return `data:image/png;base64,${text}`;
    case 2:
      return bytes.toString('base64url');
    case 3:
      return `${text}=`;
    case 4:
      return text.replace(/.{76}/g, '$&\r\n');
    case 5: {
      const at = dice.int(text.length);
      return text.slice(0, at) + dice.pick(['=', ' ', '-', '\u0000', 'é', '====']) + text.slice(at);
    }
    default:
      return text;
  }
}

/** A JSON body: its picture, its options, its grammar. */
export const jsonCase: CaseMaker = ({ dice, seeds, requestId }) => {
  const seed = dice.pick(seeds);
  const value: Record<string, unknown> = { image: base64(seed.bytes, dice), ...Object.fromEntries(optionTexts(dice)) };
  if (dice.chance(0.3)) {
    const names = [
      'classes',
      'class_thresholds',
      'score_threshold',
      'max_detections',
      'class_agnostic',
      'model',
      'include',
    ];
    value[dice.pick([...names, 'image', 'x'])] = dice.pick(ODD_VALUES);
  }
  let text = JSON.stringify(dice.chance(0.03) ? dice.pick<unknown>([[value], null, 'x', 5, {}]) : value);
  let cut = false;
  const sort = dice.int(10);
  if (sort === 0) {
    text = text.slice(0, dice.int(text.length));
    cut = true;
  } else if (sort === 1) text = text.replace('{', `{"__proto__":{"image":"x"},"classes":"red","classes":["blue"],`);
  else if (sort === 2) text = `${'['.repeat(dice.pick([10, 5000, 200_000]))}${text}`;
  else if (sort === 3) text = text.replace('{', `{"classes":${'['.repeat(3000)}${']'.repeat(3000)},`);
  let body: Buffer = Buffer.from(text);
  if (sort === 4) body = mutateBytes(body, dice, seed.bytes);
  if (sort === 5) body = Buffer.concat([Buffer.from(dice.pick(['\ufeff', ' \n', '\0'])), body]);
  const headers = { 'Content-Type': dice.pick(TYPES), 'X-Request-Id': requestId };
  const what = `JSON with a ${seed.format}${cut ? ', cut' : ''}`;
  return {
    ...{ what, request: httpRequest('/detect', headers, body) },
    ...(cut && { cut: true as const }),
    ...(sort > 4 && { untouched: true as const }),
  };
};
