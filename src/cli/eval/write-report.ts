import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeThumbnail } from '../../detector/authoring.ts';
import { restrictDecoders } from '../../detector/index.ts';
import { renderReport } from '../../evaluation/report/report.ts';
import { worstPictures } from '../../evaluation/worst-pictures.ts';
import { writeAtomically } from '../write-atomically.ts';
import { evalConfig } from './config.ts';
import type { EvalOptions } from './options.ts';
import type { Measured } from './summary.ts';

const PICTURES = 20;
/** Enough to see what went wrong; twenty of them are about half a megabyte. */
const THUMBNAIL_PIXELS = 560;

/** The HTML page of an evaluation. */
export async function writeReport(
  file: string,
  options: EvalOptions,
  measured: Measured,
  notes: readonly string[],
): Promise<void> {
  const { maxPixels, formats } = evalConfig(options);
  await restrictDecoders(formats);
  const worst = [];
  for (const errors of worstPictures(measured.pictures, PICTURES)) {
    const bytes = await readFile(path.join(options.images, errors.picture.image.file_name));
    const small = await makeThumbnail(bytes, { maxPixels, formats }, THUMBNAIL_PIXELS);
    const thumbnail = `data:${small.type};base64,${Buffer.from(small.bytes).toString('base64')}`;
    worst.push({ ...errors, thumbnail });
  }
  const page = renderReport({
    ...measured,
    dataset: path.basename(options.annotations),
    date: new Date().toISOString().slice(0, 10),
    notes,
    worst,
    names: new Map(measured.categories.map(({ id, name }) => [id, name])),
  });
  await writeAtomically(file, page);
}
