import { spawnSync } from 'node:child_process';

/** False where the program can be run; else the sentence with which a test is skipped. `.ci/run` installs what tests need. */
export function missing(...programs: string[]): string | false {
  const absent = programs.filter(program => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined);
  return absent.length > 0 && `not installed here: ${absent.join(', ')}`;
}
