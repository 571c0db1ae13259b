import type { LoadedManifest } from '../../detector/index.ts';
import { ServiceError } from '../../errors.ts';

export interface ModelParams {
  model: string;
  version?: string;
}

/** The model of a path. Throws `not_found` with the names or the version that there are. */
export function findModel({ model: name, version }: ModelParams, models: readonly LoadedManifest[]): LoadedManifest {
  const model = models.find(({ manifest }) => manifest.name === name);
  if (model === undefined) {
    const served = models.map(({ manifest }) => manifest.name).join(', ');
    throw new ServiceError(
      'not_found',
      `There is no model ${JSON.stringify(name.slice(0, 80))} here; there is ${served}.`,
    );
  }
  if (version !== undefined && version !== model.manifest.version) {
    const shown = JSON.stringify(version.slice(0, 80));
    throw new ServiceError('not_found', `${name} is here in version ${model.manifest.version}, not ${shown}.`);
  }
  return model;
}
