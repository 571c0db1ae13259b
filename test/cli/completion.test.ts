import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { COMMAND_WORDS } from '../../src/cli/completion/words.ts';
import { FAMILY_NAMES, PREPROCESSING_NAMES } from '../../src/detector/authoring.ts';
import { runCli } from '../support/run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gfl-completion-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const [command, { flags }] of Object.entries(COMMAND_WORDS)) {
  test(`gfl-serve ${command}: what is completed is what --help says`, async () => {
    const { stdout } = await runCli([...command.split(' '), '--help']);
    const said = new Set([...stdout.matchAll(/(?<=^ *(?:Usage.*)?.*)--([a-z][a-z-]*)/gm)].map(match => match[1]!));
    said.delete('help');
    assert.deepEqual([...said].sort(), Object.keys(flags).sort());
  });
}

test('the families and preprocessings are those there are', () => {
  const flags = COMMAND_WORDS['model add']?.flags;
  assert.deepEqual([flags?.family, flags?.preprocessing], [FAMILY_NAMES, PREPROCESSING_NAMES]);
});

/** A line of a shell in, one offer a line out; `words` are what is on the command line, the last one under the cursor. */
const SHELLS: Record<string, (script: string, words: readonly string[]) => string[]> = {
  bash: (script, words) => [
    '--norc',
    '-c',
    `source ${script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gfl_serve; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    ...words,
  ],
  zsh: (script, words) => [
    '-fc',
    // The builtin works in the line editor only: this one takes what begins like the word under the cursor.
    `compadd() { shift; for w; do [[ $w == $words[CURRENT]* ]] && print -r -- $w; done; true }
     _files() { print -rl -- $words[CURRENT]*(N) }; compdef() { true }
     source ${script}; words=("$@"); CURRENT=$#; _gfl_serve`,
    'zsh',
    ...words,
  ],
  fish: (script, words) => [
    '--no-config',
    '-c',
    `source ${script}; complete -C "${words.join(' ')}" | string split -f1 \\t`,
  ],
};

const CASES: [string, string[], string[]][] = [
  ['a command', ['gfl-serve', 'de'], ['detect']],
  ['a command below another', ['gfl-serve', 'model', 'i'], ['inspect']],
  ['an option', ['gfl-serve', 'detect', '--ann'], ['--annotate']],
  ['an option of a command below another', ['gfl-serve', 'model', 'add', '--fam'], ['--family']],
  ['whose preprocessing', ['gfl-serve', 'model', 'add', '--preprocessing', 'pp'], ['ppyoloe', 'ppyoloe-plus']],
  ['words of an option', ['gfl-serve', 'detect', '--format', 'c'], ['coco', 'csv']],
  ['a model', ['gfl-serve', 'detect', '--model', 'nano'], ['nanodet-g']],
  ['a file', ['gfl-serve', 'detect', 'samples/astro'], ['samples/astronaut.jpg']],
  ['a file after an option without a value', ['gfl-serve', 'detect', '--annotate', 'LICEN'], ['LICENSE']],
  ['a shell', ['gfl-serve', 'completion', 'f'], ['fish']],
];

for (const [shell, line] of Object.entries(SHELLS)) {
  const missing = spawnSync(shell, ['--version']).error !== undefined && `${shell} is not installed`;
  test(`a real ${shell} completes`, { skip: missing }, async t => {
    const { stdout } = await runCli(['completion', shell]);
    const script = path.join(folder, `gfl-serve.${shell}`);
    writeFileSync(script, stdout);
    const offers = (words: string[], { modelsDir = '', cwd = '.' } = {}) => {
      const env = { ...process.env, MODELS_DIR: modelsDir };
      const { stdout: said, stderr } = spawnSync(shell, line(script, words), { encoding: 'utf8', env, cwd });
      assert.equal(stderr, '');
      return said.split('\n').filter(Boolean).sort();
    };
    for (const [name, words, expected] of CASES) {
      await t.test(name, () => assert.deepEqual(offers(words, { modelsDir: 'models' }), expected));
    }
    await t.test('a model of the package, where the working folder has none of its own', () => {
      assert.deepEqual(offers(['gfl-serve', 'detect', '--model', 'nano'], { cwd: folder }), ['nanodet-g']);
    });
    await t.test('a model of the working folder', () => {
      const cwd = path.join(folder, shell);
      mkdirSync(path.join(cwd, 'models', 'nano-mine'), { recursive: true });
      writeFileSync(path.join(cwd, 'models', 'nano-mine', 'model.json'), '{}');
      assert.deepEqual(offers(['gfl-serve', 'detect', '--model', 'nano'], { cwd }), ['nano-mine']);
    });
  });
}
