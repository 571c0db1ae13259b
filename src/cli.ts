#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { CliError } from './cli/cli-error.ts';
import type { Command } from './cli/command.ts';
import { said } from './cli/said.ts';

/** Each is loaded only when it is called for. */
const COMMANDS: Record<string, { about: string; load: () => Promise<Command> }> = {
  serve: { about: 'start the service', load: async () => (await import('./cli/serve.ts')).serve },
  detect: {
    about: 'detect objects in files, by itself or through a service',
    load: async () => (await import('./cli/detect.ts')).detect,
  },
  eval: { about: 'measure a model on a COCO dataset', load: async () => (await import('./cli/eval.ts')).evaluate },
  model: { about: 'inspect an ONNX file, add it, check it', load: async () => (await import('./cli/model.ts')).model },
  completion: {
    about: 'print the completion script of a shell',
    load: async () => (await import('./cli/completion.ts')).completion,
  },
};

const USAGE = `Usage: gfl-serve COMMAND [ARGUMENTS]

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(12)}${about}`)
  .join('\n')}

gfl-serve COMMAND --help says more; gfl-serve --version says which this is.

Examples:
  gfl-serve detect photos --out results.csv
  gfl-serve model inspect nanodet-plus-m_416.onnx
  gfl-serve model add nanodet-plus-m_416.onnx --family nanodet-plus --name nanodet-plus-m
  gfl-serve model check nanodet-plus-m
  MODEL=nanodet-plus-m gfl-serve serve`;

async function main([name, ...args]: readonly string[]): Promise<void> {
  if (name === '--version' || name === '-v') {
    const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
    console.log(version);
  } else if (name === '--help' || name === '-h' || name === 'help') {
    console.log(USAGE);
  } else if (name === undefined) {
    throw new CliError(USAGE);
  } else if (!Object.hasOwn(COMMANDS, name)) {
    throw new CliError(`gfl-serve has no command "${name}"; it has ${Object.keys(COMMANDS).join(', ')}.`);
  } else {
    const command = await COMMANDS[name]!.load();
    await command(args);
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `gfl-serve ... | head`: who reads has read enough.
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  process.stderr.write(`Standard output cannot be written: ${error.message}.\n`);
  process.exit(1);
});

// Progress and complaints that nobody reads any more are no reason to end.
process.stderr.on('error', () => {});

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${said(error)}\n`);
  process.exitCode = error instanceof CliError ? error.exitCode : 1;
});
