import { openFilesLimit } from '../../src/proc/open-files-limit.ts';
import { hasProc } from '../measure/process-tree.ts';

/** Files of a process that are no connections. */
export const OTHER_FILES = 256;

/** Why a case that reads /proc, and holds so many connections, cannot be run here; undefined where it can. */
export function whatIsMissing(connections = 0): string | undefined {
  if (!hasProc) return 'needs /proc, which Linux has';
  const wanted = connections + OTHER_FILES;
  const limit = openFilesLimit();
  return limit < wanted ? `needs \`ulimit -n ${wanted}\` or more, here it is ${limit}` : undefined;
}
