export { type AnnotatedPicture, type AnnotateOptions, annotatePicture } from './annotate/annotate-picture.ts';
export { ANNOTATED_FORMATS, type AnnotatedFormat } from './annotate/encode.ts';
export { createDetector, type Detector, type DetectorOptions, type PreparedPicture } from './detector.ts';
export { DetectorError, type DetectorErrorCode } from './errors.ts';
export { type DecodeLimits, restrictDecoders } from './image/decode.ts';
export { type PictureFormat, sniffFormat } from './image/format.ts';
export { hasTurboJpeg } from './image/ordinary-jpeg.ts';
export type { Mapping, Placement, Size } from './image/placement.ts';
export {
  type DetectionsManifest,
  type GridManifest,
  isGridManifest,
  type LoadedManifest,
  loadManifest,
  type Manifest,
} from './model/manifest.ts';
export { findClass, MAX_DETECTIONS, type ResolvedOptions } from './options.ts';
export type {
  Box,
  Detection,
  DetectOptions,
  DetectResult,
  EdgeDistributions,
  Edges,
  InputShape,
  InputShapeChoice,
  OptionalFormat,
  Provider,
  ProviderChoice,
  StageTimings,
} from './types.ts';
export { INPUT_SHAPES, OPTIONAL_FORMATS, PROVIDERS } from './types.ts';
