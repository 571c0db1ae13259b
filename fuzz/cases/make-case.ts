import { throwDice } from '../dice.ts';
import type { Seed } from '../seeds.ts';
import { inferCase, visionCase } from './dialect-case.ts';
import { formCase } from './form-case.ts';
import type { CaseMaker, FuzzCase } from './fuzz-case.ts';
import { headCase } from './head-case.ts';
import { jsonCase } from './json-case.ts';
import { queryCase } from './option-case.ts';
import { cutPictureCase, cutUploadCase, pictureCase } from './picture-case.ts';

/** The kinds of cases, with their share of a hundred. */
const KINDS: Record<string, [share: number, make: CaseMaker]> = {
  jpeg: [15, pictureCase('jpeg')],
  png: [13, pictureCase('png')],
  webp: [13, pictureCase('webp')],
  'cut picture': [11, cutPictureCase],
  'cut upload': [6, cutUploadCase],
  form: [13, formCase],
  json: [8, jsonCase],
  query: [6, queryCase],
  vision: [4, visionCase],
  infer: [6, inferCase],
  head: [5, headCase],
};

const DRAWN = Object.entries(KINDS).flatMap(([kind, [share]]) => Array.from({ length: share }, () => kind));

export interface NumberedCase extends FuzzCase {
  index: number;
  kind: string;
  requestId: string;
}

/** Case `index` of a seed: the same bytes whenever it is made. */
export function makeCase(seed: number, index: number, seeds: readonly Seed[]): NumberedCase {
  const dice = throwDice(seed, index);
  const kind = dice.pick(DRAWN);
  const requestId = `fuzz-${seed}-${index}`;
  return { index, kind, requestId, ...KINDS[kind]![1]({ dice, seeds, requestId }) };
}
