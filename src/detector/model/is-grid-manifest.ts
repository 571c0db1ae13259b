import type { GridManifest, Manifest } from './manifest-schema.ts';

/** Whether decoding and suppression are left to the detector. */
export function isGridManifest(manifest: Manifest): manifest is GridManifest {
  return 'outputs' in manifest.head;
}
