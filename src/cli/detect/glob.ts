import { readdir } from 'node:fs/promises';
import path from 'node:path';

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

/** Files that match, in the order of their names. `*` `?` `[a-z]` `{a,b}` stay within a name, `**` is any folders. */
export async function expandGlob(pattern: string): Promise<string[]> {
  const root = globRoot(pattern);
  const recursive = pattern.slice(root === '.' ? 0 : root.length).includes('/') || pattern.includes('**');
  const entries = await readdir(root, { withFileTypes: true, recursive }).catch(() => []);
  const matches = globToRegExp(path.posix.normalize(pattern));
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter(file => matches.test(file))
    .sort();
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
