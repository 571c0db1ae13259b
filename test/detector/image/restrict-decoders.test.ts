import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

/** In a process of its own: what `restrictDecoders` does is done to the whole process, and not taken back. */
function decodedBeforeAndAfter(formats: string[]): [before: string[], after: string[]] {
  const script = `
    import { readFile } from 'node:fs/promises';
    import sharp from 'sharp';
    import { restrictDecoders } from '${new URL('../../../src/detector/image/decode.js', import.meta.url).href}';
    const encoded = format => sharp('samples/cat.jpg').resize(16).toFormat(format).toBuffer();
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
    const inputs = {
      svg: Buffer.from(svg),
      'a file name': 'samples/cat.jpg',
      'an SVG by its file name': 'dist/page/icon.svg',
    };
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif']) inputs[format] = await encoded(format);
    async function decoded() {
      const names = [];
      for (const [name, input] of Object.entries(inputs)) {
        await sharp(input).raw().toBuffer().then(() => names.push(name), () => {});
      }
      return names;
    }
    const before = await decoded();
    await restrictDecoders(${JSON.stringify(formats)});
    console.log(JSON.stringify([before, await decoded()]));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

const ALWAYS = ['jpeg', 'png', 'webp'];
const FILES_AND_SVG = ['svg', 'a file name', 'an SVG by its file name'];

for (const formats of [[], ['gif'], ['gif', 'tiff', 'avif']]) {
  test(`with FORMATS ${formats.join() || 'none'} libvips reads no SVG, no file by its name, and no format besides`, () => {
    const [before, after] = decodedBeforeAndAfter(formats);
    assert.deepEqual(before, [...FILES_AND_SVG, ...ALWAYS, 'gif', 'tiff', 'avif'], 'it could before');
    assert.deepEqual(after, [...ALWAYS, ...formats]);
  });
}
