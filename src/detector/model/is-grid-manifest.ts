import type { GridManifest, Manifest } from './manifest-schema.ts';

export function isGridManifest(manifest: Manifest): manifest is GridManifest {
  return 'outputs' in manifest.head;
}
