import { inspectGraph } from '../../detector/authoring.ts';
import { DetectorError } from '../../detector/index.ts';
import { CliError } from '../cli-error.ts';
import { addModel } from './add-model.ts';
import { checkModel } from './check-model.ts';
import { inspectionReport } from './inspection-report.ts';
import type { FromChild, Job, JobResults } from './jobs.ts';

/** Reading a graph and running it on noise. */
const READ_LIMIT_MS = 180_000;
/** Running it on several pictures, alone and in batches. */
const PROVE_LIMIT_MS = 900_000;

/**
 * Does a job in this process. Does not throw.
 *
 * @param say called with each phase when it begins
 * @returns the last message: `done`, `failed` or `bug`
 */
export function doJob(job: Job, say: (message: FromChild) => void): Promise<FromChild> {
  return resultOf(job, say).then((result): FromChild => ({ type: 'done', result }), failure);
}

async function resultOf(job: Job, say: (message: FromChild) => void): Promise<JobResults[Job['type']]> {
  const reading = () => say({ type: 'phase', doing: 'reading and trying the graph', limitMs: READ_LIMIT_MS });
  const proving = () => say({ type: 'phase', doing: 'proving it on pictures', limitMs: PROVE_LIMIT_MS });
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
