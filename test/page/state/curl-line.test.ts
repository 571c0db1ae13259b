import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CurlInput, curlLine } from '../../../src/page/state/curl-line.ts';

const USUAL: CurlInput = {
  url: 'http://127.0.0.1:8080/detect',
  name: 'cat.jpg',
  threshold: 0.25,
  classes: new Set(),
  include: new Set(),
  model: undefined,
  wantsKey: false,
  count: 3,
};

const LINES: [name: string, change: Partial<CurlInput>, line: string][] = [
  ['the defaults are not said', {}, 'curl -F image=@cat.jpg http://127.0.0.1:8080/detect'],
  ['a threshold', { threshold: 0.4 }, 'curl -F image=@cat.jpg -F score_threshold=0.4 http://127.0.0.1:8080/detect'],
  [
    'classes, one with a blank',
    { classes: new Set(['person', 'dining table']) },
    "curl -F image=@cat.jpg -F 'classes=person,dining table' http://127.0.0.1:8080/detect",
  ],
  [
    'classes that curl would end at a semicolon',
    { classes: new Set(['cat; tabby', 'dog']) },
    "curl -F image=@cat.jpg --form-string 'classes=cat; tabby,dog' http://127.0.0.1:8080/detect",
  ],
  [
    'a class that curl would take for a file',
    { classes: new Set(['@home']) },
    'curl -F image=@cat.jpg --form-string classes=@home http://127.0.0.1:8080/detect',
  ],
  [
    'what goes with the detections',
    { include: new Set(['timings', 'distribution']) },
    'curl -F image=@cat.jpg -F include=distribution,timings http://127.0.0.1:8080/detect',
  ],
  ['another model', { model: 'tiny' }, 'curl -F image=@cat.jpg -F model=tiny http://127.0.0.1:8080/detect'],
  [
    'more boxes than the service gives unasked',
    { count: 101 },
    'curl -F image=@cat.jpg -F max_detections=300 http://127.0.0.1:8080/detect',
  ],
  ['a key', { wantsKey: true }, 'curl -H "X-API-Key: $KEY" -F image=@cat.jpg http://127.0.0.1:8080/detect'],
  ['a blank in the name', { name: 'my cat.jpg' }, "curl -F 'image=@my cat.jpg' http://127.0.0.1:8080/detect"],
  ['an apostrophe', { name: "cat's.jpg" }, "curl -F 'image=@cat'\\''s.jpg' http://127.0.0.1:8080/detect"],
  ['what curl splits at', { name: 'a;b,c.jpg' }, `curl -F 'image=@"a;b,c.jpg"' http://127.0.0.1:8080/detect`],
  ['a command', { name: '$(reboot).jpg' }, "curl -F 'image=@$(reboot).jpg' http://127.0.0.1:8080/detect"],
];

for (const [name, change, line] of LINES) {
  test(`curl line: ${name}`, () => assert.equal(curlLine({ ...USUAL, ...change }), line));
}
