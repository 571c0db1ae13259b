import { type Detector, type DetectorOptions, detectorOf } from './detector.ts';
import { loadManifest } from './model/manifest.ts';
import { openGraph } from './open-graph.ts';
import { PROVIDERS } from './types.ts';

/**
 * Loads the manifest, the graph beside it, checks one against the other and runs the self-check.
 * Throws `DetectorError` (`invalid_manifest`, `invalid_graph`, `self_check_failed`, `provider_unavailable`).
 */
export async function createDetector(manifestPath: string, options: DetectorOptions = {}): Promise<Detector> {
  const { provider = 'auto', threads = 1, cacheDir } = options;
  if (provider !== 'auto' && !PROVIDERS.includes(provider)) {
    throw new TypeError(`Expected auto, ${PROVIDERS.join(' or ')} for provider but received "${provider}".`);
  }
  const model = await loadManifest(manifestPath, options.checkedBefore?.manifest);
  const checkedBefore = options.checkedBefore?.graph ?? false;
  const opened = await openGraph(model, { provider, threads, cacheDir, checkedBefore });
  const sessions = [opened.session];
  try {
    return await detectorOf(model, opened, sessions, options);
  } catch (error) {
    // V8 does not know how much memory they hold, so it would not free it soon.
    await Promise.all(sessions.map(session => session.close()));
    throw error;
  }
}
