import childProcess, { type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { PassThrough } from 'node:stream';
import type { FromChild, Job } from '../../src/cli/model/jobs.ts';
import type { CliOutcome } from './run-cli.ts';

/** The process behind warm-cli.ts: does one `gfl-serve model` command after the other, and the job that each gives to a child in itself. */

/** As built: with the samples beside it. */
const built = (file: string) => import(new URL(`../../../dist/cli/${file}`, import.meta.url).href);
const { CliError }: typeof import('../../src/cli/cli-error.ts') = await built('cli-error.js');
const { model }: typeof import('../../src/cli/model.ts') = await built('model.js');
const { doJob }: typeof import('../../src/cli/model/do-job.ts') = await built('model/do-job.js');
const { said }: typeof import('../../src/cli/said.ts') = await built('said.js');

/** Looks like the child of in-child.ts; what it does is done here. */
function jobHere(): ChildProcess {
  const child = Object.assign(new EventEmitter(), {
    stderr: new PassThrough(),
    kill: () => true,
    send(job: Job) {
      const say = (message: FromChild) => child.emit('message', message);
      void doJob(job, say).then(last => {
        say(last);
        child.emit('close', 0, null);
      });
    },
  });
  return child as unknown as ChildProcess;
}
childProcess.fork = jobHere;
syncBuiltinESMExports();
process.argv[1] = 'dist/cli.js';

let stdout = '';
let stderr = '';
process.stdout.write = text => {
  stdout += text;
  return true;
};
process.stderr.write = text => {
  stderr += text;
  return true;
};

process.on('message', async (args: string[]) => {
  stdout = '';
  stderr = '';
  let code = 0;
  try {
    await model(args);
  } catch (error) {
    stderr += `${said(error)}\n`;
    code = error instanceof CliError ? error.exitCode : 1;
  }
  process.send!({ code, stdout, stderr } satisfies CliOutcome);
});
