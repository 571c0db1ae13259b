export interface Manifest {
  name: string;
  version: string;
  license: string;
  source: string;
}
export interface LoadedManifest {
  manifest: Manifest;
  labels: readonly string[];
  /** Folder of model.json; every path in the manifest is relative to it and stays inside it. */
  folder: string;
}
/** Reads and checks `model.json` and its labels; throws `DetectorError` `invalid_manifest` naming every wrong field. */
export async function loadManifest(_path: string): Promise<LoadedManifest> {
  throw new Error('landing soon');
}
