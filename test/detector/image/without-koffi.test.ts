import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** koffi's binary is an optional dependency of it: where there is none, importing it throws. */

const hooks = `export async function resolve(specifier, context, next) {
  if (specifier === 'koffi') throw new Error('Cannot find the native Koffi module');
  return next(specifier, context);
}`;
const asModule = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const preload = asModule(`import { register } from 'node:module'; register(${JSON.stringify(asModule(hooks))});`);
const moduleAt = (file: string) => new URL(`../../../src/${file}`, import.meta.url).href;

test('without koffi pictures are decoded, by sharp, and memory stays where it is', () => {
  const script = `
    import { readFile } from 'node:fs/promises';
    import { hasTurboJpeg } from '${moduleAt('detector/image/ordinary-jpeg.js')}';
    import { decodePicture } from '${moduleAt('detector/image/decode.js')}';
    import { giveMemoryBack } from '${moduleAt('engine/give-memory-back.js')}';
    const { width, height } = await decodePicture(await readFile('samples/astronaut.jpg'), { maxPixels: 1e6, formats: [] }, size => size);
    await giveMemoryBack();
    console.log(JSON.stringify([await hasTurboJpeg(), width, height]));`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', preload, '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  assert.deepEqual(JSON.parse(stdout), [false, 512, 512]);
});
