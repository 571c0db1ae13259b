import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const SHARED = '../shared';

/**
 * The project as somebody has it after `npm ci` and a first start, in `folder`/gfl-serve: its own files, what was built, and the
 * default model. Commands may write there. `folder`/bin holds `gfl-serve` as `npm install` would put it on the path.
 */
export function makeWorkingCopy(folder: string): { project: string; bin: string } {
  const project = path.join(folder, 'gfl-serve');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  const files = [...listed.split('\0').filter(file => file !== '' && existsSync(file)), 'models/nanodet-g/model.onnx'];
  for (const file of files) cpSync(file, path.join(project, file));
  cpSync('dist', path.join(project, 'dist'), { recursive: true });
  symlinkSync(realpathSync('node_modules'), path.join(project, 'node_modules'));
  if (existsSync(SHARED)) symlinkSync(realpathSync(SHARED), path.join(folder, 'shared'));
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  const launcher = `#!/bin/sh\nexec node '${path.join(project, 'dist/cli.js')}' "$@"\n`;
  writeFileSync(path.join(bin, 'gfl-serve'), launcher, { mode: 0o755 });
  return { project, bin };
}

export const hasShared = existsSync(SHARED);
