import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeBlocks, commandsOf } from './code-blocks.ts';

const page =
  'Text.\n\n```sh\n# a comment\none --a \\\n  --b   # why\n\ntwo "# x"\n```\n\n```json\n{}\n```\n\n- a\n  ```bash\n  three\n  ```\n';

test('blocks are found by their language', () => {
  assert.equal(codeBlocks(page, 'sh', 'bash').length, 2);
  assert.deepEqual(codeBlocks(page, 'json'), ['{}\n']);
});

test('commands are lines, continued ones in one, comments left out', () => {
  assert.deepEqual(codeBlocks(page, 'sh', 'bash').flatMap(commandsOf), ['one --a --b', 'two "# x"', 'three']);
});
