/** What can be asked and answered, for those who have engines detect: it loads neither a decoder nor ONNX Runtime. */
export { DetectorError, type DetectorErrorCode } from './errors.ts';
export { foreignFormat } from './image/foreign-format.ts';
export { acceptedFormats, listFormats, type PictureFormat, sniffFormat } from './image/format.ts';
export { type Mapping, type NetworkShape, type Placement, type Size, variesInSize } from './image/placement.ts';
export {
  type DetectionsManifest,
  type GridManifest,
  isGridManifest,
  type LoadedManifest,
  loadManifest,
  type Manifest,
} from './model/manifest.ts';
export { readLabels } from './model/read-labels.ts';
export { MAX_SELF_CHECK_DETECTIONS } from './model/self-check.ts';
export { findClass, MAX_DETECTIONS, type ResolvedOptions } from './options.ts';
export { isShortage } from './shortage.ts';
export type {
  AnnotatedFormat,
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
export { ANNOTATED_FORMATS, DEFAULT_MAX_PIXELS, INPUT_SHAPES, OPTIONAL_FORMATS, PROVIDERS } from './types.ts';
