import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPreloads } from '../../src/page-builder/with-preloads.ts';

test('every script gets its line, in the order of their names', () => {
  const html = withPreloads('<head><!-- modules --></head>', ['main.js', 'api/client.js']);
  assert.deepEqual(html.match(/page\/[\w/]+\.js/g), ['page/api/client.js', 'page/main.js']);
});

test('a document without the place for them is refused', () => {
  assert.throws(() => withPreloads('<head></head>', []), /index\.html has no <!-- modules -->/);
});
