import { readFile } from 'node:fs/promises';

/** What is read of a COCO annotations file. */
export interface CocoDataset {
  images: CocoImage[];
  annotations: CocoAnnotation[];
  categories: { id: number; name: string }[];
}

export interface CocoImage {
  id: number;
  file_name: string;
  width: number;
  height: number;
}

export interface CocoAnnotation {
  id: number;
  image_id: number;
  category_id: number;
  /** x, y, width, height in pixels. */
  bbox: [number, number, number, number];
  /** Of the segmentation, where there is one; it decides small, medium or large. */
  area: number;
  iscrowd?: 0 | 1;
  ignore?: 0 | 1;
}

/** One detection in the COCO results format. */
export interface CocoResult {
  image_id: number;
  category_id: number;
  bbox: [number, number, number, number];
  score: number;
}

/** Throws an `Error` that names the file when it is no COCO annotations file. */
export async function readCocoDataset(file: string): Promise<CocoDataset> {
  const dataset = JSON.parse(await readFile(file, 'utf8')) as Partial<CocoDataset>;
  for (const part of ['images', 'annotations', 'categories'] as const) {
    if (!Array.isArray(dataset[part]))
      throw new Error(`${file} is not a COCO annotations file: "${part}" is not a list.`);
  }
  return dataset as CocoDataset;
}
