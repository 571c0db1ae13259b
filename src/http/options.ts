import { type DetectOptions, DetectorError, type LoadedManifest } from '../detector/contract.ts';
import { ServiceError } from '../errors.ts';
import { findModel } from './find-model.ts';
import { OPTION_READERS, type Settings, Unexpected } from './option-readers.ts';
import { DEFAULT_MAX_DETECTIONS, DEFAULT_SCORE_THRESHOLD, OPTION_SCHEMAS, type OptionName } from './option-schemas.ts';
import { cut, quote } from './quote.ts';

/** An option as it was found: text in a query or a form field, any JSON value in a JSON body. */
export interface GivenOption {
  name: string;
  value: unknown;
}

export interface DetectionRequest {
  model: LoadedManifest;
  options: DetectOptions;
  includeTimings: boolean;
  /** Of an annotated picture. */
  bands: boolean;
}

/**
 * What one request asks for; the first of `models` is the default. Throws `invalid_request` naming the option that is
 * unknown, given twice or not what it should be, and `not_found` for a model that is not served.
 */
export function readOptions(given: readonly GivenOption[], models: readonly LoadedManifest[]): DetectionRequest {
  const values = new Map<OptionName, unknown>();
  for (const { name, value } of given) {
    if (!isOptionName(name)) {
      throw invalid(`Unknown option ${quote(name)}; the options are ${Object.keys(OPTION_SCHEMAS).join(', ')}.`);
    }
    if (values.has(name)) throw invalid(`Option ${name} is given twice; give it once.`);
    values.set(name, value);
  }

  const model = chosenModel(values.get('model'), models);
  const settings: Settings = { scoreThreshold: DEFAULT_SCORE_THRESHOLD, maxDetections: DEFAULT_MAX_DETECTIONS };
  for (const [name, value] of values) Object.assign(settings, read(name, value, model.labels));
  const { includeTimings = false, bands = false, ...options } = settings;
  return { model, options, includeTimings, bands };
}

function read(name: OptionName, value: unknown, labels: readonly string[]): Settings {
  try {
    return OPTION_READERS[name](value, labels);
  } catch (error) {
    if (error instanceof Unexpected) throw invalid(`Option ${name} is ${quote(value)}; expected ${error.message}.`);
    if (error instanceof DetectorError && error.code === 'invalid_option') throw invalid(error.message);
    throw error;
  }
}

function chosenModel(name: unknown, models: readonly LoadedManifest[]): LoadedManifest {
  if (name === undefined) return models[0]!;
  if (typeof name !== 'string') throw invalid(`Option model is ${quote(name)}; expected the name of a model.`);
  return findModel(name.trim(), models);
}

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(OPTION_SCHEMAS, name);
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_request', cut(message, 400));
}
