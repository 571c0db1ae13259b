import type { Answer, Model } from '../api/answer.ts';
import type { ServiceProblem } from '../api/service-problem.ts';

export type Status =
  /** In line behind other pictures, or until the service has room again. */
  | { kind: 'waiting' }
  /** `sent` is a fraction of the file, 0 to 1. */
  | { kind: 'uploading'; sent: number }
  | { kind: 'detecting' }
  | { kind: 'done'; answer: Answer; roundTripMs: number }
  | { kind: 'failed'; problem: ServiceProblem };

export interface Picture {
  readonly id: number;
  readonly name: string;
  readonly blob: Blob;
  /** A `blob:` URL; revoked when the picture is removed. */
  readonly url: string;
  readonly status: Status;
}

/** What the camera last saw and what was found on that very frame. */
export interface Live {
  readonly frame: HTMLCanvasElement;
  readonly answer: Answer | undefined;
  readonly roundTripMs: number;
  readonly framesPerSecond: number | undefined;
  readonly problem: ServiceProblem | undefined;
}

export interface State {
  readonly pictures: readonly Picture[];
  readonly currentId: number | undefined;
  readonly live: Live | undefined;
  /** Boxes with a lower score are not shown. */
  readonly threshold: number;
  /** Labels to show; all when empty. */
  readonly classes: ReadonlySet<string>;
  readonly bands: boolean;
  /** Index, in the answer, of the box that is looked at. */
  readonly marked: number | undefined;
  /** It stays marked when the pointer leaves. */
  readonly pinned: boolean;
  readonly models: readonly Model[];
  /** Why that list is not there. */
  readonly modelsProblem: ServiceProblem | undefined;
  /** Undefined until the list is there: the service's default. */
  readonly model: string | undefined;
  readonly key: string | undefined;
  /** The service has said that it wants a key. */
  readonly wantsKey: boolean;
  /** How often something was refused for want of a key: each time it is asked for again. */
  readonly refusals: number;
  /** What the shown JSON and curl line ask for beside the detections. */
  readonly include: ReadonlySet<'distribution' | 'timings'>;
}

export const START: State = {
  pictures: [],
  currentId: undefined,
  live: undefined,
  threshold: 0.25,
  classes: new Set(),
  bands: true,
  marked: undefined,
  pinned: false,
  models: [],
  modelsProblem: undefined,
  model: undefined,
  key: undefined,
  wantsKey: false,
  refusals: 0,
  include: new Set(),
};
