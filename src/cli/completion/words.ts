import { FORMATS } from '../detect/formats.ts';

/** What follows a flag or stands by itself: one of these words, a name from the file system, a model, or anything. */
export type Value = readonly string[] | 'file' | 'folder' | 'model' | 'anything';

export interface CommandWords {
  about: string;
  /** What the command is about. */
  argument?: Value;
  /** Without the dashes; `undefined` is a flag that takes no value. */
  flags: Record<string, Value | undefined>;
}

const WISHES = { size: 'anything', bins: 'anything', classes: 'anything', strides: 'anything' } as const;
const TEXT_OR_JSON = ['text', 'json'] as const;
const FAMILIES = ['nanodet', 'nanodet-plus', 'picodet', 'gfl', 'gflv2', 'yolov8', 'decoded'] as const;
const PREPROCESSING = [
  'gfl',
  'rtmdet',
  'damo-yolo',
  'yolov8',
  'yolo-nas',
  'ppyoloe',
  'ppyoloe-plus',
  'picodet',
  'nanodet',
  'nanodet-efficientlite',
  'nanodet-plus',
] as const;

/** Every word that can be completed, by command. Tests hold it to what `--help` of each says. */
export const COMMAND_WORDS: Record<string, CommandWords> = {
  serve: { about: 'start the service', flags: {} },
  detect: {
    about: 'detect objects in files',
    argument: 'file',
    flags: {
      out: 'file',
      format: FORMATS,
      annotate: undefined,
      bands: undefined,
      model: 'model',
      'models-dir': 'folder',
      engines: 'anything',
      threshold: 'anything',
      classes: 'anything',
      max: 'anything',
      server: 'anything',
      'api-key': 'anything',
    },
  },
  eval: {
    about: 'measure a model on a COCO dataset',
    flags: {
      model: 'model',
      images: 'folder',
      annotations: 'file',
      report: 'file',
      out: 'file',
      format: TEXT_OR_JSON,
      limit: 'anything',
      threshold: 'anything',
      engines: 'anything',
      'models-dir': 'folder',
      'classes-by': ['name', 'order'],
      frame: ['auto', 'stored', 'upright'],
    },
  },
  model: { about: 'inspect an ONNX file, add it, check it', argument: ['inspect', 'add', 'check'], flags: {} },
  'model inspect': {
    about: 'what an ONNX file looks like',
    argument: 'file',
    flags: { ...WISHES, format: TEXT_OR_JSON },
  },
  'model add': {
    about: 'make a model of an ONNX file',
    argument: 'file',
    flags: {
      size: 'anything',
      bins: 'anything',
      strides: 'anything',
      family: FAMILIES,
      name: 'anything',
      labels: 'file',
      'models-dir': 'folder',
      image: 'file',
      force: undefined,
      offset: 'anything',
      colour: ['rgb', 'bgr'],
      set: 'anything',
      license: 'anything',
      source: 'anything',
      preprocessing: PREPROCESSING,
      unproven: undefined,
    },
  },
  'model check': {
    about: 'prove a model on pictures',
    argument: 'model',
    flags: { 'models-dir': 'folder', image: 'file', 'make-self-check': undefined, format: TEXT_OR_JSON },
  },
  completion: { about: 'completion for a shell', argument: ['bash', 'zsh', 'fish'], flags: {} },
};

/** The words right after `gfl-serve`. */
export const TOP_WORDS = [...Object.keys(COMMAND_WORDS).filter(name => !name.includes(' ')), '--help', '--version'];
