import type { GraphInspection, ModelProof, Wishes } from '../../detector/authoring.ts';
import type { InspectionReport } from './inspection-report.ts';
import type { SelfCheckMade } from './make-self-check.ts';

export type InspectWishes = Wishes & { size?: { width: number; height: number } };

/** What a child process is asked to do with a file that nobody has reason to trust. */
export type Job =
  | { type: 'inspect'; file: string; wishes: InspectWishes }
  | {
      type: 'add';
      file: string;
      /** As the user wrote it. */
      family: string;
      wishes: InspectWishes;
      /** As the user wrote it; undefined: the family's. */
      preprocessing: string | undefined;
      about: { name: string; license: string; source: string | undefined };
      /** undefined: of the graph's metadata, or COCO's. */
      labels: string[] | undefined;
      /** Fields of the manifest that the user sets, `input.colour` and a JSON value. */
      overrides: [field: string, value: unknown][];
      /** Exists, is empty and is written to. */
      folder: string;
      /** Candidates for the self-check, and pictures that only help to prove. */
      checkPictures: string[];
      otherPictures: string[];
      /** Whether a model is added although a proof fails. */
      unproven: boolean;
    }
  | {
      type: 'check';
      manifestPath: string;
      /** The first of them are candidates for a self-check, if one is to be made. */
      pictures: string[];
      makeSelfCheckFrom: number;
    };

export interface Added {
  classes: number;
  size: { width: number; height: number };
  evidence: string[];
  /** What the family's protocol or the user said, and the graph does not. */
  assumed: string[];
  /** What may be wrong although every proof holds. */
  warnings: string[];
  changes: GraphInspection['file']['changes'];
  findings: ModelProof['findings'];
  /** undefined where no picture showed anything. */
  selfCheck: SelfCheckMade | undefined;
  /** Whether pictures can share a batch. */
  batch: boolean;
}

export interface JobResults {
  inspect: InspectionReport;
  add: Added;
  check: { findings: ModelProof['findings']; selfCheck: SelfCheckMade | undefined };
}

/** From the child, any number of `phase`, then one of the others. */
export type FromChild =
  | { type: 'phase'; doing: string; limitMs: number }
  | { type: 'done'; result: JobResults[Job['type']] }
  | { type: 'failed'; message: string }
  | { type: 'bug'; message: string };
