import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { quotedForFish } from '../../../src/cli/completion/quoted-for-fish.ts';
import { quoteArgument } from '../../../src/cli/quote-argument.ts';

const TEXT = `/it's "my" $HOME \\ \\' folder`;

for (const [shell, quote] of [
  ['bash', quoteArgument],
  ['zsh', quoteArgument],
  ['fish', quotedForFish],
] as const) {
  const skip = spawnSync(shell, ['--version']).error !== undefined && `${shell} is not installed`;
  test(`a real ${shell} takes a path of odd characters as it is`, { skip }, () => {
    assert.equal(spawnSync(shell, ['-c', `printf %s ${quote(TEXT)}`], { encoding: 'utf8' }).stdout, TEXT);
  });
}
