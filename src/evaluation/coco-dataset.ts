import { readFile } from 'node:fs/promises';
import { EvaluationError } from './evaluation-error.ts';

/** What is read of a COCO annotations file. */
export interface CocoDataset {
  images: CocoImage[];
  annotations: CocoAnnotation[];
  categories: CocoCategory[];
}

export interface CocoImage {
  id: number;
  file_name: string;
  /** Pixels; 0 where the file does not say. */
  width: number;
  height: number;
}

export interface CocoCategory {
  id: number;
  name: string;
}

export interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  /** x, y, width, height in pixels. */
  bbox: [number, number, number, number];
  /** Of the segmentation, where there is one; it decides small, medium or large. */
  area: number;
  /** A region of many objects: finding it counts neither for nor against. */
  iscrowd: 0 | 1;
}

/** One detection in the COCO results format. */
export interface CocoResult {
  image_id: number;
  category_id: number;
  bbox: [number, number, number, number];
  score: number;
}

/** Throws an `EvaluationError` that names the file, and the entry that is not as COCO has it. */
export async function readCocoDataset(file: string): Promise<CocoDataset> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : (cause as Error).message;
    throw new EvaluationError(`The annotations ${file} cannot be read: ${reason}.`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new EvaluationError(`The annotations ${file} are not JSON: ${(cause as Error).message}.`, { cause });
  }
  return toCocoDataset(value, file);
}

/** The parts of `value` that are used, checked. `file` is its name in errors. */
export function toCocoDataset(value: unknown, file: string): CocoDataset {
  const refuse = (what: string) => new EvaluationError(`${file} is not a COCO annotations file: ${what}.`);
  const list = (part: string): Record<string, unknown>[] => {
    const items = (value as Record<string, unknown> | null)?.[part];
    if (!Array.isArray(items)) throw refuse(`"${part}" is not a list`);
    const odd = items.findIndex(item => typeof item !== 'object' || item === null);
    if (odd >= 0) throw refuse(`${part}[${odd}] is not an object`);
    return items;
  };
  const unique = (part: string, ids: readonly number[]) => {
    const seen = new Set<number>();
    for (const id of ids) {
      if (seen.has(id)) throw refuse(`two of "${part}" have the id ${id}`);
      seen.add(id);
    }
    return seen;
  };

  const images = list('images').map(({ id, file_name, width, height }, i): CocoImage => {
    if (!isNumber(id)) throw refuse(`images[${i}].id is not a number`);
    if (typeof file_name !== 'string' || file_name === '') throw refuse(`images[${i}].file_name is not a name`);
    return { id, file_name, width: isNumber(width) ? width : 0, height: isNumber(height) ? height : 0 };
  });
  const categories = list('categories').map(({ id, name }, i): CocoCategory => {
    if (!isNumber(id)) throw refuse(`categories[${i}].id is not a number`);
    if (typeof name !== 'string' || name === '') throw refuse(`categories[${i}].name is not a name`);
    return { id, name };
  });
  if (images.length === 0) throw refuse('"images" is empty');
  if (categories.length === 0) throw refuse('"categories" is empty');
  unique(
    'images',
    images.map(image => image.id),
  );
  const known = unique(
    'categories',
    categories.map(category => category.id),
  );

  const annotations = list('annotations').map((annotation, i): CocoAnnotation => {
    const { id, image_id, category_id, bbox, area, iscrowd } = annotation;
    if (!isNumber(image_id)) throw refuse(`annotations[${i}].image_id is not a number`);
    if (!isNumber(category_id) || !known.has(category_id)) {
      throw refuse(`annotations[${i}].category_id is ${JSON.stringify(category_id)}, which no category has`);
    }
    if (!isBox(bbox)) throw refuse(`annotations[${i}].bbox is not [x, y, width, height]`);
    return {
      id: isNumber(id) ? id : i + 1,
      image_id,
      category_id,
      bbox,
      area: isNumber(area) ? area : bbox[2] * bbox[3],
      iscrowd: iscrowd === 1 || iscrowd === true ? 1 : 0,
    };
  });
  return { images, annotations, categories };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isBox(value: unknown): value is [number, number, number, number] {
  return Array.isArray(value) && value.length === 4 && value.every(isNumber) && value[2]! >= 0 && value[3]! >= 0;
}
