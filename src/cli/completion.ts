import { parseArgs } from 'node:util';
import { CliError } from './cli-error.ts';
import type { Command } from './command.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';

const SHELLS: Record<string, () => string> = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

const USAGE = `Usage: gfl-serve completion bash|zsh|fish

Prints a script that completes commands, options, files and models. For every new shell (the folder may have to be made first):

  gfl-serve completion bash > ~/.local/share/bash-completion/completions/gfl-serve
  gfl-serve completion zsh > ~/.zfunc/_gfl-serve   # with fpath+=~/.zfunc in .zshrc, before compinit
  gfl-serve completion fish > ~/.config/fish/completions/gfl-serve.fish`;

/** `gfl-serve completion SHELL` */
export const completion: Command = async args => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [shell] = positionals;
  if (shell === undefined || positionals.length > 1) throw new CliError(USAGE);
  if (!Object.hasOwn(SHELLS, shell)) {
    throw new CliError(`There is no completion for "${shell}"; there is for ${Object.keys(SHELLS).join(', ')}.`);
  }
  process.stdout.write(SHELLS[shell]!());
};
