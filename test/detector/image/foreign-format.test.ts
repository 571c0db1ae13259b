import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignFormat } from '../../../src/detector/image/foreign-format.ts';

const box = (brand: string) => Buffer.from(`\0\0\0\x18ftyp${brand}\0\0\0\0`, 'latin1');

const FILES: [name: string, bytes: Buffer, said: string | undefined][] = [
  ['a photo of an iPhone', box('heic'), 'a HEIC picture'],
  ['an HEIF of another maker', box('mif1'), 'a HEIC picture'],
  ['MP4', box('isom'), 'a video'],
  ['QuickTime', box('qt  '), 'a video'],
  ['AVIF', box('avif'), undefined],
  ['a raw photo in such a box', box('crx '), undefined],
  ['WebM', Buffer.from('1a45dfa39f4286', 'hex'), 'a video'],
  ['AVI', Buffer.from('RIFF\x10\0\0\0AVI LIST', 'latin1'), 'a video'],
  ['WebP', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), undefined],
  ['BMP', Buffer.from('BM\x46\0\0\0\0\0\0\0\x36\0\0\0', 'latin1'), 'a BMP picture'],
  ['a text that begins with BM', Buffer.from('BMW and other cars'), undefined],
  ['PDF', Buffer.from('%PDF-1.7\n'), 'a PDF'],
  ['what a web server says instead', Buffer.from('<!DOCTYPE html><title>404</title>'), 'an HTML page'],
  ['the same, indented', Buffer.from('\n  <html lang="en">'), 'an HTML page'],
  ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'an SVG picture'],
  ['SVG behind a declaration', Buffer.from('\ufeff<?xml version="1.0"?>\n<!-- x -->\n<svg/>'), 'an SVG picture'],
  ['other XML', Buffer.from('<?xml version="1.0"?><rss/>'), undefined],
  ['text about it', Buffer.from('how to write <svg'), undefined],
  ['nothing', Buffer.alloc(0), undefined],
];

for (const [name, bytes, said] of FILES) {
  test(`${name}: ${said ?? 'not known'}`, () => {
    assert.equal(foreignFormat(bytes), said);
    // As it lies in a larger body.
    const within = Buffer.concat([Buffer.from('%PDF-'), bytes, Buffer.from('<svg')]);
    assert.equal(foreignFormat(within.subarray(5, 5 + bytes.length)), said);
  });
}
