/** The door for those who detect by themselves, and what else can be asked and answered. */
export { type AnnotatedPicture, type AnnotateOptions, annotatePicture } from './annotate/annotate-picture.ts';
export * from './contract.ts';
export { createDetector } from './create-detector.ts';
export type { Detector, DetectorOptions, PreparedPicture } from './detector.ts';
export { type DecodeLimits, restrictDecoders } from './image/decode.ts';
export { hasTurboJpeg } from './image/ordinary-jpeg.ts';
