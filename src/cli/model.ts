import { CliError } from './cli-error.ts';
import type { Command } from './command.ts';

const COMMANDS: Record<string, { about: string; load: () => Promise<Command> }> = {
  inspect: {
    about: 'what an ONNX file looks like and which families fit',
    load: async () => (await import('./model/inspect.ts')).inspect,
  },
  add: {
    about: 'make a model of it: manifest, graph, labels, self-check',
    load: async () => (await import('./model/add.ts')).add,
  },
  check: { about: 'prove a model on pictures', load: async () => (await import('./model/check.ts')).check },
};

const USAGE = `Usage: gfl-serve model COMMAND [ARGUMENTS]

${Object.entries(COMMANDS)
  .map(([name, { about }]) => `  ${name.padEnd(9)}${about}`)
  .join('\n')}

gfl-serve model COMMAND --help says more. docs/adding-a-model.md goes through it family by family.`;

/** `gfl-serve model inspect | add | check` */
export const model: Command = async ([name, ...args]) => {
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(USAGE);
    return;
  }
  if (name === undefined) throw new CliError(USAGE);
  if (!Object.hasOwn(COMMANDS, name)) {
    throw new CliError(`gfl-serve model has no command "${name}"; it has ${Object.keys(COMMANDS).join(', ')}.`);
  }
  const command = await COMMANDS[name]!.load();
  await command(args);
};
