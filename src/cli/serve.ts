import { parseArgs } from 'node:util';

const USAGE = `Usage: gfl-serve serve

Starts the service. It is configured by environment variables; docs/configuration.md has them all.

  MODEL=nanodet-g PORT=8080 gfl-serve serve
  MODEL=nanodet-plus-m,nanodet-g MODELS_DIR=/srv/models ENGINES=4 gfl-serve serve`;

export async function serve(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  await import('../main.ts');
}
