import type { PictureRecord } from './record.ts';

/** Where detections come from: engines of this command, or a service. */
export interface DetectionSource {
  readonly model: PictureRecord['model'];
  /** The class id is the index. */
  readonly labels: readonly string[];
  /** Pictures worth having on their way at once. */
  readonly lanes: number;
  /** Rejects with `RefusedPicture` for a picture that cannot be read, with the signal's reason, or with `CliError`. */
  detect(file: string, bytes: Buffer, signal: AbortSignal): Promise<{ record: PictureRecord; annotated?: Uint8Array }>;
  close(): Promise<void>;
}

/** This picture has no result; the others go on. `message` says why. */
export class RefusedPicture extends Error {}
