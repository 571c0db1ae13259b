import { type Detector, type DetectorOptions, detectorOf } from './detector.ts';
import { DetectorError } from './errors.ts';
import { loadManifest } from './model/manifest.ts';
import { openGraph } from './open-graph.ts';
import { isShortage } from './shortage.ts';
import { PROVIDERS } from './types.ts';

/**
 * Loads the manifest, the graph beside it, checks one against the other and runs the self-check. Where an optimised graph of the cache does not pass
 * these checks it is made anew, once: it must not keep the graph itself from being served.
 *
 * Throws `DetectorError` (`invalid_manifest`, `invalid_graph`, `self_check_failed`, `provider_unavailable`).
 */
export async function createDetector(manifestPath: string, options: DetectorOptions = {}): Promise<Detector> {
  const { provider = 'auto', threads = 1, cacheDir } = options;
  if (provider !== 'auto' && !PROVIDERS.includes(provider)) {
    throw new TypeError(`Expected auto, ${PROVIDERS.join(' or ')} for provider but received "${provider}".`);
  }
  const model = await loadManifest(manifestPath, options.checkedBefore?.manifest);
  const checkedBefore = options.checkedBefore?.graph ?? false;
  const open = async (misfit?: string): Promise<Detector> => {
    const opened = await openGraph(model, { provider, threads, cacheDir, checkedBefore, misfit });
    const sessions = [opened.session];
    try {
      return await detectorOf(model, opened, sessions, options);
    } catch (error) {
      // V8 does not know how much memory they hold, so it would not free it soon.
      await Promise.all(sessions.map(session => session.close()));
      if (!opened.isFound || !isMisfit(error)) throw error;
      return open(error.message);
    }
  };
  return open();
}

/** Whether the graph is to blame: what the cache has of it may have been made by another version, or by somebody else. */
function isMisfit(error: unknown): error is DetectorError {
  return error instanceof DetectorError && !isShortage(error.cause);
}
