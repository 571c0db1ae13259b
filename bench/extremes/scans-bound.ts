import type { Extreme } from './extreme.ts';
import { postPicture } from './post-picture.ts';
import { withService } from './with-service.ts';

const REFUSED_WITHIN_MS = 1000;
/** Half the deadline. */
const ANSWERED_WITHIN_MS = 5000;

export interface ScansBound {
  name: string;
  /** As the bound says it. */
  picture: string;
  /** How many scans are too many, and how many are as many as there may be. */
  refused: number;
  allowed: number;
  jpeg(scans: number): Uint8Array;
}

/** JPEGs that take long to decode for their scans: too many are refused at once, as many as there may be are answered in time. */
export function scansBound({ name, picture, refused, allowed, jpeg }: ScansBound): Extreme {
  return {
    name,
    bound: `${picture}: ${refused} scans 422 within ${REFUSED_WITHIN_MS} ms, ${allowed} 200 within ${ANSWERED_WITHIN_MS} ms`,
    run: () =>
      withService({}, async ({ url }) => {
        const many = await postPicture(url, jpeg(refused));
        const few = await postPicture(url, jpeg(allowed));
        return {
          figure: `${refused} scans: ${many.status} after ${many.ms.toFixed(0)} ms; ${allowed}: ${few.status} after ${few.ms.toFixed(0)} ms`,
          held:
            many.status === 422 && many.ms <= REFUSED_WITHIN_MS && few.status === 200 && few.ms <= ANSWERED_WITHIN_MS,
        };
      }),
  };
}
