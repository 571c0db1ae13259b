export { type Client, type ClientOptions, createClient } from './client.ts';
export type {
  AnnotateOptions,
  BatchResult,
  Detection,
  DetectionAnswer,
  DetectOptions,
  Model,
  Picture,
  Problem,
  ProblemCode,
  RequestOptions,
} from './contract-types.ts';
export { isProblem, ProblemError } from './problem-error.ts';
