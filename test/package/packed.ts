import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { after } from 'node:test';

function run(command: string, args: readonly string[], cwd: string, env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 120_000,
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

/**
 * A project that has installed what `npm pack` packs, with the examples in it. It lies in this one, so that the packages that
 * ours depends on are found without another download. Removed after the test file.
 */
export async function installPacked() {
  await mkdir('dist-test/consumers', { recursive: true });
  const folder = await mkdtemp(path.resolve('dist-test/consumers/c-'));
  after(() => rm(folder, { recursive: true, force: true }));
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder], '.');
  if (packed.status !== 0) throw new Error(packed.stderr);
  const [{ filename, files }] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  const home = path.join(folder, 'node_modules', 'gfl-serve');
  await mkdir(home, { recursive: true });
  const unpacked = run('tar', ['-xzf', path.join(folder, filename), '-C', home, '--strip-components=1'], folder);
  if (unpacked.status !== 0) throw new Error(unpacked.stderr);
  await cp('examples', path.join(folder, 'examples'), { recursive: true });
  return {
    folder,
    home,
    files: files.map(file => file.path),
    run: (command: string, args: readonly string[], env: Record<string, string> = {}) =>
      run(command, args, folder, env),
  };
}
