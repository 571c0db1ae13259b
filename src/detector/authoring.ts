/** The door for those who make models and look at what they do; index.ts is for those who run them, and loads less. */
export { draftManifest } from './families/draft-manifest.ts';
export { FAMILIES, FAMILY_NAMES, type FamilyName } from './families/families.ts';
export type { Wishes } from './families/family.ts';
export { PREPROCESSING_NAMES } from './families/preprocessing.ts';
export type { FamilyFit } from './families/recognise.ts';
export { ultralyticsMetadata } from './families/ultralytics-metadata.ts';
export { makeThumbnail } from './image/thumbnail.ts';
export { type GraphInspection, inspectGraph } from './inspect-graph.ts';
export type { Finding } from './proof/finding.ts';
export { type ModelProof, proveModel } from './proof/prove-model.ts';
