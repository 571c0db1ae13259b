import type { Config } from '../../config.ts';
import { commandConfig } from '../command-config.ts';
import type { EvalOptions } from './options.ts';

/** Accuracy is measured in the model's own input shape, unless INPUT_SHAPE asks for what the service does. */
export function evalConfig(options: EvalOptions): Config {
  return commandConfig(options, { INPUT_SHAPE: 'fixed' });
}
