import path from 'node:path';
import { CliError } from '../cli-error.ts';
import { type FilesBelow, filesBelow } from './files-below.ts';

/** Node.js has none before 22. */
export function isGlob(text: string): boolean {
  return /[*?[{]/.test(text);
}

/** The part before the first wildcard, up to a slash: where a search begins. */
export function globRoot(pattern: string): string {
  const parts = pattern.split('/');
  const fixed = parts.slice(0, parts.findIndex(isGlob));
  return fixed.length === 0 ? '.' : fixed.join('/') || '/';
}

/**
 * Files that match, in the order of their names; only folders that may hold some are read. `*` `?` `[a-z]` `{a,b}` stay within
 * a name, `**` is any folders. Throws a `CliError` for what is no pattern.
 */
export async function expandGlob(pattern: string): Promise<FilesBelow> {
  const normal = path.posix.normalize(pattern);
  const matches = toRegExp(normal);
  const { files, unreadable } = await filesBelow(globRoot(normal), folder => mayHold(normal, folder));
  return { files: files.filter(file => matches.test(file)), unreadable };
}

function toRegExp(pattern: string): RegExp {
  try {
    return globToRegExp(pattern);
  } catch (cause) {
    throw new CliError(`${pattern} is no pattern: a range in its brackets goes backwards.`, { cause });
  }
}

/** Whether files that match can be in `folder` or below. */
function mayHold(pattern: string, folder: string): boolean {
  const parts = pattern.split('/');
  const names = folder.split(path.sep);
  for (const [depth, name] of names.entries()) {
    const part = parts[depth]!;
    // From here on a part is not a name.
    if (part.includes('**') || /\{[^}]*$/.test(part)) return true;
    if (depth === parts.length - 1 || !globToRegExp(part).test(name)) return false;
  }
  return true;
}

export function globToRegExp(pattern: string): RegExp {
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const rest = pattern.slice(i);
    const set = /^\[([!^]?)([^\]/]+)\]/.exec(rest);
    const choice = /^\{([^{}]*)\}/.exec(rest);
    if (rest.startsWith('**/')) {
      source += '(?:[^/]+/)*';
      i += 2;
    } else if (rest.startsWith('**')) {
      source += '.*';
      i += 1;
    } else if (rest[0] === '*') source += '[^/]*';
    else if (rest[0] === '?') source += '[^/]';
    else if (set !== null) {
      source += `[${set[1] ? '^' : ''}${set[2]!.replaceAll('\\', '\\\\')}]`;
      i += set[0].length - 1;
    } else if (choice !== null) {
      source += `(?:${choice[1]!
        .split(',')
        .map(part => globToRegExp(part).source.slice(1, -1))
        .join('|')})`;
      i += choice[0].length - 1;
    } else source += rest[0]!.replace(/[.*+?^${}()|[\]\\]/, '\\$&');
  }
  return new RegExp(`^${source}$`);
}
