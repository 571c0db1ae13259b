import type { LoadedManifest } from './model/manifest.ts';
import type { DetectOptions, DetectResult, OptionalFormat, Provider, ProviderChoice } from './types.ts';

export interface DetectorOptions {
  /** Default `auto`: CUDA when its libraries load, else CPU. */
  provider?: ProviderChoice;
  /** Intra-op threads of ONNX Runtime. Default 1. */
  threads?: number;
  /** Pictures with more pixels are refused before they are decoded. Default 33 megapixels. */
  maxPixels?: number;
  /** Formats accepted beside JPEG, PNG and WebP. Default none. */
  formats?: readonly OptionalFormat[];
  /** Run the manifest's self-check on load. Default true. */
  selfCheck?: boolean;
}

/** A decoded, placed picture as network input, ready to share a batch with others of the same shape. */
export interface PreparedPicture {
  readonly shapeKey: string;
}

export interface Detector {
  readonly model: LoadedManifest;
  readonly provider: Provider;
  /** Bytes of one encoded picture to its detections. */
  detect(bytes: Uint8Array, options?: DetectOptions): Promise<DetectResult>;
  /** First half of `detect`: bytes to network input. Rejects with a picture's `DetectorError`. */
  prepare(bytes: Uint8Array, options?: DetectOptions): Promise<PreparedPicture>;
  /** Second half: pictures of one `shapeKey` as one batch, synchronous inside ONNX Runtime. Results in order. */
  run(pictures: readonly PreparedPicture[]): Promise<DetectResult[]>;
  close(): Promise<void>;
}

/**
 * Loads the manifest, the graph beside it and checks one against the other, then runs the self-check.
 * Throws `DetectorError` (`invalid_manifest`, `invalid_graph`, `self_check_failed`, `provider_unavailable`).
 */
export async function createDetector(_manifestPath: string, _options: DetectorOptions = {}): Promise<Detector> {
  throw new Error('landing soon');
}
