import { readFileSync } from 'node:fs';
import { type CrowdReport, type CrowdSize, hostileCrowd } from './crowd.ts';

/** What the process is told, as JSON in its one argument. */
export interface CrowdOrder {
  port: number;
  size: CrowdSize;
  /** File of a picture. */
  picture: string;
  spreadMs: number;
}

const { port, size, picture, spreadMs } = JSON.parse(process.argv[2]!) as CrowdOrder;
const crowd = hostileCrowd(port, size, readFileSync(picture), spreadMs);
process.on('message', () => {
  const report: CrowdReport = crowd.stop();
  process.send!(report, () => process.exit());
});
process.on('disconnect', () => process.exit());
