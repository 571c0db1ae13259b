import { dirname } from 'node:path';
import Config from '@npmcli/config';
import npmSettingNames from '@npmcli/config/lib/definitions/index.js';

/**
 * The user's npm settings as npm itself reads them: environment, command line, the project's, the user's and the global
 * .npmrc. They carry registry, proxy, CA file, cache folder, credentials and offline mode.
 */
export async function npmSettings(): Promise<Record<string, unknown>> {
  // npm tells its scripts where it is; it is only needed for the settings built into that npm
  const npmCli = process.env.npm_execpath ?? process.execPath;
  const config = new Config({ npmPath: dirname(dirname(npmCli)), ...npmSettingNames, warn: false });
  await config.load();
  return config.flat;
}
