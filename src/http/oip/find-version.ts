import type { LoadedManifest } from '../../detector/contract.ts';
import { ServiceError } from '../../errors.ts';
import { findModel } from '../find-model.ts';
import { quote } from '../quote.ts';

export interface ModelParams {
  model: string;
  version?: string;
}

/** The model of a path. Throws `not_found` with the names or the version that there are. */
export function findVersion({ model: name, version }: ModelParams, models: readonly LoadedManifest[]): LoadedManifest {
  const model = findModel(name, models);
  if (version !== undefined && version !== model.manifest.version) {
    throw new ServiceError('not_found', `${name} is here in version ${model.manifest.version}, not ${quote(version)}.`);
  }
  return model;
}
