import { closestMatch } from 'leven';
import { VARIABLES } from './config-table.ts';

export interface MisspeltVariable {
  /** As it is set; nothing reads it. */
  name: string;
  /** The variable that was probably meant. */
  meant: string;
}

const NAMES = Object.values(VARIABLES).map(({ env }) => env);
const PREFIX = /^GFL_(SERVE_)?/;
/** Shorter names are too much like those of other programs for a letter that is wrong. */
const SHORTEST = 7;
/** From this length on two letters may be wrong, such as two that changed places. */
const LONG = 10;

/**
 * Variables that are set, are none of this service, and look like one that is meant for it: `API_KEY`, `MAX_PIXLES`, `GFL_ENGINES`. A service that
 * was to have keys and has none says nothing else of it. What Kubernetes makes of the name of a Service (`GFL_SERVE_PORT=tcp://...`) is not taken
 * for one.
 */
export function misspeltVariables(env: Readonly<Record<string, string | undefined>>): MisspeltVariable[] {
  return Object.entries(env).flatMap(([name, value = '']) => {
    if (value.trim() === '' || NAMES.includes(name) || /^[a-z]+:\/\//.test(value)) return [];
    const meant = meantBy(name);
    // Whoever set both has made no mistake, or sees no effect of it.
    return meant === undefined || (env[meant] ?? '') !== '' ? [] : [{ name, meant }];
  });
}

function meantBy(name: string): string | undefined {
  const bare = name.toUpperCase().replaceAll('-', '_').replace(PREFIX, '');
  if (NAMES.includes(bare)) return bare;
  const same = NAMES.find(known => known.length > 'PORT'.length && stem(known) === stem(bare));
  if (same !== undefined || bare.length < SHORTEST) return same;
  return closestMatch(bare, NAMES, { maxDistance: bare.length < LONG ? 1 : 2 });
}

/** Without what is left out or mistaken most: the unit, the plural, underscores. */
function stem(name: string): string {
  const unit = /_(MS|S|SEC|SECONDS|BYTES|B|KB|MB)$/;
  return name.replace(unit, '').replaceAll('_', '').replace(/S$/, '');
}
