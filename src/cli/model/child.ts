import { writeFileSync } from 'node:fs';
import { doJob } from './do-job.ts';
import type { FromChild, Job } from './jobs.ts';

/** The entry of the process that touches a file nobody has reason to trust. Does one job and exits. */

function send(message: FromChild, sent: () => void = () => {}): void {
  process.send?.(message, sent);
}

try {
  // Where memory runs out, this process is the one to go.
  writeFileSync('/proc/self/oom_score_adj', '1000');
} catch {
  // Not Linux.
}

process.once('message', (job: Job) => {
  doJob(job, send).then(message => send(message, () => process.exit(0)));
});
// The command is gone: nobody waits.
process.on('disconnect', () => process.exit(1));
