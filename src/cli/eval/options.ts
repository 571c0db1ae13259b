import { fstatSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ClassMatching } from '../../evaluation/match-classes.ts';
import type { FrameChoice } from '../../evaluation/upright-objects.ts';
import { CliError } from '../cli-error.ts';
import { choiceOption, numberOption } from '../option-values.ts';
import { outFile } from '../out-file.ts';

export const EVAL_USAGE = `Usage: gfl-serve eval --model NAME --images DIR --annotations COCO.json [OPTIONS]

Measures a model on a COCO dataset, through the service's own engines: COCO AP and AR; whether scores are what they say
(calibration against the true IoU, Quality Focal Loss); whether edges are where they say (coverage by sigma, Distribution
Focal Loss).

  --report FILE       writes a self-contained HTML page: curves, calibration, coverage, the worst pictures
  --out FILE          writes the detections in the COCO results format
  --format text|json  text (default) is a table; json is one object and nothing else on standard output
  --limit N           the N pictures with the lowest ids
  --threshold X       least score, instead of the model's own; X is 0..1
  --engines N         engine processes (default: ENGINES, or one a CPU)
  --models-dir DIR    folder of the models (default: MODELS_DIR, models, or the package's)
  --classes-by HOW    name (default): classes are the categories of the same name; order: first is first
  --frame WHICH       which picture the annotations are of where EXIF turns it: stored, upright, or auto (default: by the
                      annotated width and height, else stored)

PROVIDER, THREADS_PER_ENGINE, MAX_BATCH, CACHE_DIR, START_TIMEOUT_MS, MAX_PIXELS and FORMATS are as for the service. The input
has the model's own shape unless INPUT_SHAPE says otherwise; INPUT_SHAPE=auto is what the service does.
Exit code 0; 1 when it cannot be measured; 2 when it was, but some pictures could not be decoded.

  gfl-serve eval --model nanodet-g --images val2017 --annotations instances_val2017.json --report report.html`;

export interface EvalOptions {
  model: string;
  images: string;
  annotations: string;
  report: string | undefined;
  out: string | undefined;
  format: 'text' | 'json';
  limit: number | undefined;
  threshold: number | undefined;
  engines: string | undefined;
  modelsDir: string | undefined;
  classesBy: ClassMatching;
  frame: FrameChoice;
}

/** `undefined`: help was asked for. Throws a `CliError` for what cannot be meant. */
export async function readEvalOptions(args: readonly string[]): Promise<EvalOptions | undefined> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: text,
      images: text,
      annotations: text,
      report: text,
      out: text,
      format: text,
      limit: text,
      threshold: text,
      engines: text,
      'models-dir': text,
      'classes-by': text,
      frame: text,
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const { model, images, annotations, limit, threshold } = values;
  for (const [name, value] of Object.entries({ model, images, annotations })) {
    if (value === undefined || value === '') throw new CliError(`--${name} is missing.\n\n${EVAL_USAGE}`);
  }
  const [report, out] = [await writable('report', values.report), await writable('out', values.out)];
  if (out !== undefined && out === report) throw new CliError(`--out and --report are both ${out}; name two files.`);
  return {
    model: model!,
    images: images!,
    annotations: annotations!,
    report,
    out,
    format: choiceOption('format', values.format, ['text', 'json']),
    limit:
      limit === undefined
        ? undefined
        : numberOption('limit', limit, 'a whole number from 1', value => Number.isInteger(value) && value >= 1),
    threshold:
      threshold === undefined
        ? undefined
        : numberOption('threshold', threshold, 'a number from 0 to 1', value => value >= 0 && value <= 1),
    engines: values.engines,
    modelsDir: values['models-dir'],
    classesBy: choiceOption('classes-by', values['classes-by'], ['name', 'order']),
    frame: choiceOption('frame', values.frame, ['auto', 'stored', 'upright']),
  };
}

/** Told before the work, not after it. */
async function writable(option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const target = await outFile(option, file, 'name one');
  const there = await stat(target).catch(() => undefined);
  const output = fstatSync(process.stdout.fd);
  if (there?.isDirectory()) throw new CliError(`${file} cannot be written: it is a folder.`);
  if (there !== undefined && there.dev === output.dev && there.ino === output.ino) {
    throw new CliError(`--${option} is ${file}, where standard output goes; name another file.`);
  }
  const folder = path.dirname(target);
  await access(folder, constants.W_OK).catch(cause => {
    throw new CliError(`${file} cannot be written: ${folder} is no folder to write into.`, { cause });
  });
  return target;
}
