import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CliError } from '../cli-error.ts';
import { numberOption } from '../option-values.ts';
import { outFile } from '../out-file.ts';
import { FILE_FORMATS, FORMATS, type Format } from './formats.ts';

export const DETECT_USAGE = `Usage: gfl-serve detect FILE|DIR|GLOB|- ... [OPTIONS]

Detects objects in pictures, with engines of its own on all CPUs or through a running service. Results go to standard output,
or into --out; a second run into the same output does only what is missing there.

  --out FILE|DIR      a file for json, jsonl, coco and csv; a folder for yolo and with --annotate
  --format FORMAT     jsonl (default), json, coco, csv, or yolo; taken from the name of --out where that tells
  --annotate          writes the pictures with boxes on them, too: DIR/annotated/NAME.jpg
  --bands             shades on them where each edge may lie
  --model NAME        default: MODEL, or nanodet-g; with --server: the first it serves
  --models-dir DIR    folder of the models (default: MODELS_DIR, models, or the package's)
  --engines N         engine processes (default: ENGINES, or one a CPU)
  --threshold X       least score, 0..1 (default 0.25)
  --classes LIST      only these, by name or id: person,car
  --max N             most detections in a picture, 1..1000 (default 100)
  --server URL        ask this service instead of starting engines
  --api-key KEY       for it (default: GFL_API_KEY, which other users of this machine cannot see)

PROVIDER, THREADS_PER_ENGINE, MAX_BATCH, INPUT_SHAPE, CACHE_DIR, START_TIMEOUT_MS, MAX_PIXELS and FORMATS are as for the service;
FORMATS is all unless given.
Exit code 0; 1 when it cannot be done; 2 when some pictures or folders could not be read, each of them named; 130 after
Ctrl-C, which leaves a complete file of what was done.

  gfl-serve detect photo.jpg
  gfl-serve detect photos --out results.csv
  gfl-serve detect 'photos/**/*.jpg' --format yolo --annotate --bands --out labelled
  curl -s https://example.org/street.jpg | gfl-serve detect - --server http://127.0.0.1:8080`;

export interface CommandOptions {
  inputs: string[];
  /** Undefined: standard output. */
  out: { folder: string; file: string | undefined } | undefined;
  format: Format;
  annotate: boolean;
  bands: boolean;
  model: string | undefined;
  modelsDir: string | undefined;
  engines: string | undefined;
  threshold: number;
  classes: string[] | undefined;
  max: number;
  server: string | undefined;
  apiKey: string | undefined;
}

/** `undefined`: help was asked for. Throws a `CliError` for what cannot be meant. */
export async function readDetectOptions(args: readonly string[]): Promise<CommandOptions | undefined> {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { ...text, short: 'o' },
      format: text,
      annotate: flag,
      bands: flag,
      model: text,
      'models-dir': text,
      engines: text,
      threshold: text,
      classes: text,
      max: text,
      server: text,
      'api-key': text,
      help: { ...flag, short: 'h' },
    },
  });
  if (values.help) return undefined;
  if (positionals.length === 0) throw new CliError(`Name the pictures.\n\n${DETECT_USAGE}`);
  const { annotate = false, bands = false, out, server } = values;
  const format = readFormat(values.format, out);
  const needsFolder = annotate || format === 'yolo';
  if (needsFolder && out === undefined) {
    throw new CliError(`${annotate ? '--annotate' : '--format yolo'} needs --out with a folder.`);
  }
  if (bands && !annotate) throw new CliError('--bands goes with --annotate.');
  if (server !== undefined && !/^https?:\/\/[^/]/.test(server)) {
    throw new CliError(`--server is "${server}"; expected a URL such as http://127.0.0.1:8080.`);
  }
  return {
    inputs: positionals,
    out: out === undefined ? undefined : await readOut(out, format, needsFolder),
    format,
    annotate,
    bands,
    model: values.model,
    modelsDir: values['models-dir'],
    engines: values.engines,
    threshold: numberOption(
      'threshold',
      values.threshold ?? '0.25',
      'a number from 0 to 1',
      value => value >= 0 && value <= 1,
    ),
    classes: values.classes?.split(',').map(name => name.trim()),
    max: numberOption('max', values.max ?? '100', 'a whole number from 1 to 1000', value => {
      return Number.isInteger(value) && value >= 1 && value <= 1000;
    }),
    server,
    apiKey: values['api-key'] ?? (process.env.GFL_API_KEY || undefined),
  };
}

function readFormat(value: string | undefined, out: string | undefined): Format {
  if (value === undefined) {
    const extension = path.extname(out ?? '');
    return (['json', 'csv'] as const).find(format => FILE_FORMATS[format].extension === extension) ?? 'jsonl';
  }
  const found = FORMATS.find(format => format === value);
  if (found === undefined) throw new CliError(`--format is "${value}"; expected ${FORMATS.join(', ')}.`);
  return found;
}

async function readOut(out: string, format: Format, needsFolder: boolean): Promise<CommandOptions['out']> {
  const info = await stat(out).catch(() => undefined);
  const isFolder = info?.isDirectory() || out.endsWith('/');
  const file = await outFile('out', out, 'leave it out to write to standard output');
  if (needsFolder && info !== undefined && !info.isDirectory()) {
    throw new CliError(`--out is the file ${out}; expected a folder.`);
  }
  if (format === 'yolo') return { folder: out, file: undefined };
  if (isFolder || needsFolder)
    return { folder: out, file: path.join(out, `detections${FILE_FORMATS[format].extension}`) };
  return { folder: path.dirname(file), file };
}
