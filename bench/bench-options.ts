import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { RequestForm } from './load/picture-requests.ts';

export const USAGE = `Usage: npm run bench -- [options]

The bare ONNX Runtime session, this service and the FastAPI peer side by side, interleaved in one run.

  --models a,b       model folders, or names of .onnx files among the weights
                     (default nanodet-g and, where their weights are, nanodet-plus-m_416 and nanodet-plus-m_320)
  --models-dir DIR   folder of model folders (models)
  --weights DIR      folder of .onnx files (../shared/weights)
  --images DIR       pictures to send (../shared/data/coco-val-128/images, else samples)
  --form raw|multipart   how pictures are sent, to both servers (raw)
  --python PATH      for the peer (environment variable PYTHON, else python3)
  --no-peer          leave the peer out
  --rounds N         (3)
  --seconds N        length of each measurement (5)
  --json FILE        all raw figures
  --write            put the result into docs/performance.md

Settings of the service are environment variables, as ever: ENGINES=1, PROVIDER=cuda, MAX_BATCH=8.`;

export interface BenchOptions {
  models: string[];
  modelsDir: string;
  weights: string;
  images: string;
  form: RequestForm;
  /** Undefined: no peer. */
  python: string | undefined;
  rounds: number;
  seconds: number;
  json: string | undefined;
  write: boolean;
}

export const COCO_IMAGES = '../shared/data/coco-val-128/images';

export function imagesFolder(given: string | undefined): string {
  if (given !== undefined) return given;
  if (existsSync(COCO_IMAGES)) return COCO_IMAGES;
  console.log(`Note: ${COCO_IMAGES} is not there; the few pictures of samples/ are sent instead.\n`);
  return 'samples';
}

export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`Expected a positive number for --${name} but received ${text}.`);
  return value;
}

/** Throws a sentence for what cannot be understood, and the usage for --help. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      models: { type: 'string', default: 'nanodet-g,nanodet-plus-m_416,nanodet-plus-m_320' },
      'models-dir': { type: 'string', default: 'models' },
      weights: { type: 'string', default: '../shared/weights' },
      images: { type: 'string' },
      form: { type: 'string', default: 'raw' },
      python: { type: 'string', default: process.env.PYTHON || 'python3' },
      'no-peer': { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '5' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) throw new Error(USAGE);
  const { form } = values;
  if (form !== 'raw' && form !== 'multipart')
    throw new Error(`Expected raw or multipart for --form but received ${form}.`);
  return {
    models: values.models.split(','),
    modelsDir: values['models-dir'],
    weights: values.weights,
    images: imagesFolder(values.images),
    form,
    python: values['no-peer'] ? undefined : values.python,
    rounds: Math.ceil(positive('rounds', values.rounds)),
    seconds: positive('seconds', values.seconds),
    json: values.json,
    write: values.write,
  };
}
