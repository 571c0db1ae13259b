import { writeFileSync } from 'node:fs';
import { inspectGraph } from '../../detector/authoring.ts';
import { DetectorError } from '../../detector/index.ts';
import { CliError } from '../cli-error.ts';
import { addModel } from './add-model.ts';
import { checkModel } from './check-model.ts';
import { inspectionReport } from './inspection-report.ts';
import type { FromChild, Job, JobResults } from './jobs.ts';

/** The entry of the process that touches a file nobody has reason to trust. Does one job and exits. */

/** Reading a graph and running it on noise. */
const READ_LIMIT_MS = 180_000;
/** Running it on several pictures, alone and in batches. */
const PROVE_LIMIT_MS = 900_000;

function send(message: FromChild, sent: () => void = () => {}): void {
  process.send?.(message, sent);
}

function phase(doing: string, limitMs: number): void {
  send({ type: 'phase', doing, limitMs });
}

async function run(job: Job): Promise<JobResults[Job['type']]> {
  const reading = () => phase('reading and trying the graph', READ_LIMIT_MS);
  const proving = () => phase('proving it on pictures', PROVE_LIMIT_MS);
  switch (job.type) {
    case 'inspect':
      reading();
      return inspectionReport(job.file, await inspectGraph(job.file, job.wishes));
    case 'add':
      reading();
      return addModel(job, proving);
    case 'check':
      proving();
      return checkModel(job);
  }
}

function failure(error: unknown): FromChild {
  if (error instanceof CliError || error instanceof DetectorError) return { type: 'failed', message: error.message };
  return { type: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

try {
  // Where memory runs out, this process is the one to go.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not Linux.
}

process.once('message', (job: Job) => {
  run(job)
    .then((result): FromChild => ({ type: 'done', result }), failure)
    .then(message => send(message, () => process.exit(0)));
});
// The command is gone: nobody waits.
process.on('disconnect', () => process.exit(1));
