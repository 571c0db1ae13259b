import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { openFilesLimit } from '../../src/proc/open-files-limit.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             95876                95876                processes
Max open files            1024                 524288               files
Max locked memory         8388608              8388608              bytes
`;

test('the limit of open files is read, the one that counts', () => {
  assert.equal(
    openFilesLimit(() => LIMITS),
    1024,
  );
  assert.equal(
    openFilesLimit(() => LIMITS.replace('1024  ', 'unlimited')),
    Infinity,
  );
  assert.equal(
    openFilesLimit(() => undefined),
    Infinity,
  );
});

test('the limit of this process is what a shell says', { skip: process.platform !== 'linux' }, () => {
  const module = new URL('../../src/proc/open-files-limit.js', import.meta.url);
  const script = `import('${module}').then(({ openFilesLimit }) => console.log(openFilesLimit()))`;
  const said = execFileSync('sh', ['-c', `ulimit -n 300; "${process.execPath}" -e "${script}"`], { encoding: 'utf8' });
  assert.equal(said.trim(), '300');
});
