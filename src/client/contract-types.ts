import type { components, operations } from './openapi.gen.ts';

/** The answer to one picture: `components.schemas.DetectionAnswer` of openapi.yaml. */
export type DetectionAnswer = components['schemas']['DetectionAnswer'];
/** One object of an answer. Boxes and uncertainties are pixels of the upright picture. */
export type Detection = DetectionAnswer['detections'][number];
/** Why a picture was not answered (RFC 9457); program against `code`. */
export type Problem = components['schemas']['Problem'];
/** Every `code` of a problem. */
export type ProblemCode = Problem['code'];
/** What became of one picture of a batch; `isProblem` tells which. */
export type BatchResult = operations['detectBatch']['responses'][200]['content']['application/json']['results'][number];
/** A model that is served. */
export type Model = operations['listModels']['responses'][200]['content']['application/json']['models'][number];

/** The bytes of an encoded picture: a file, a `fetch` answer's blob, a Node.js `Buffer`. */
export type Picture = Blob | ArrayBuffer | Uint8Array<ArrayBuffer>;

type JsonBody = operations['detect']['requestBody']['content']['application/json'];
/** The options of a detection by their names in the contract; lists and objects may be given as such. */
export type DetectOptions = Omit<JsonBody, 'image' | 'bands'>;
/** How a picture is drawn on, besides what is looked for in it. */
export type AnnotateOptions = Omit<DetectOptions, 'include'> & {
  /** Of the picture that comes back. Default `jpeg`. */
  format?: 'jpeg' | 'png' | 'webp';
  /** Soft bands along the edges, as wide as they are uncertain. Default false. */
  bands?: boolean;
};

/** How a single request is made. */
export interface RequestOptions {
  /** Gives the request up, its repetitions included: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Sent as `X-Request-Id`, and found in the service's log. Default: the service makes one. */
  requestId?: string;
}
