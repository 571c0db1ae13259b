import { CliError } from './cli-error.ts';

const USAGE = `Usage: gfl-serve serve

Starts the service. It is configured by environment variables; docs/configuration.md has them all.

  MODEL=nanodet-g PORT=8080 gfl-serve serve
  MODEL=nanodet-plus-m,nanodet-g MODELS_DIR=/srv/models ENGINES=4 gfl-serve serve`;

export async function serve([given]: readonly string[]): Promise<void> {
  if (given === '--help' || given === '-h') {
    console.log(USAGE);
    return;
  }
  if (given !== undefined) {
    throw new CliError(
      `serve does not take "${given}": settings are environment variables, as in PORT=8081 gfl-serve serve; docs/configuration.md has them.`,
    );
  }
  await import('../main.ts');
}
