import { readdirSync, readFileSync } from 'node:fs';

/** All that have it in their environment, zombies excepted. */
export function processesOf(mark: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(name => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
      } catch {
        return false; // it has just ended
      }
    })
    .map(Number);
}
