import type { LoadedManifest } from '../detector/contract.ts';
import { ServiceError } from '../errors.ts';
import { quote } from './quote.ts';

/** The served model of that name. Throws `not_found` with the names that there are. */
export function findModel(name: string, models: readonly LoadedManifest[]): LoadedManifest {
  const model = models.find(({ manifest }) => manifest.name === name);
  if (model !== undefined) return model;
  const served = models.map(({ manifest }) => manifest.name).join(', ');
  throw new ServiceError('not_found', `There is no model ${quote(name)} here; there is ${served}.`);
}
