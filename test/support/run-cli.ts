import { spawn } from 'node:child_process';

export interface CliOutcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `gfl-serve ARGUMENTS` as built, in the project's folder. */
export function runCli(
  args: readonly string[],
  env: Record<string, string> = {},
  stdin: string | Uint8Array = '',
): Promise<CliOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['dist/cli.js', ...args], { env: { ...process.env, ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', data => (stdout += data));
    child.stderr.on('data', data => (stderr += data));
    child.on('error', reject);
    child.stdin.on('error', () => {}); // not all of it was read
    child.stdin.end(stdin);
    child.on('close', code => resolve({ code, stdout, stderr }));
  });
}
