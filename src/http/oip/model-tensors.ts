import { isGridManifest, type LoadedManifest, variesInSize } from '../../detector/contract.ts';
import type { EngineModel } from '../../engine/protocol.ts';
import type { Datatype } from './tensor-type.ts';

export interface TensorMetadata {
  name: string;
  datatype: Datatype;
  /** -1: any number. */
  shape: number[];
}

/** The input that takes encoded pictures, one an element. */
export const PICTURE_INPUT = 'image';

/**
 * The two inputs of a model, of which a request gives one: encoded pictures, or network input that is ready (the graph's own
 * tensor). Where the graph has a tensor named `image` itself, pictures go first and the datatype tells them apart.
 */
export function inputsOf({ manifest }: LoadedManifest, loaded: EngineModel | undefined): TensorMetadata[] {
  const { tensor, width, height } = manifest.input;
  const sides = variesInSize(manifest.input, loaded?.inputShape ?? 'fixed') ? [-1, -1] : [height, width];
  return [
    { name: PICTURE_INPUT, datatype: 'BYTES', shape: [-1] },
    { name: tensor, datatype: 'FP32', shape: [-1, 3, ...sides] },
  ];
}

/** Every output has one row a picture; the rows are as long as the longest list of detections and filled up behind it. */
const OUTPUTS = {
  num_detections: { datatype: 'INT32', shape: [-1] },
  boxes: { datatype: 'FP32', shape: [-1, -1, 4] },
  scores: { datatype: 'FP32', shape: [-1, -1] },
  class_ids: { datatype: 'INT32', shape: [-1, -1] },
  labels: { datatype: 'BYTES', shape: [-1, -1] },
  uncertainty: { datatype: 'FP32', shape: [-1, -1, 4] },
  image_size: { datatype: 'INT32', shape: [-1, 2] },
} as const satisfies Record<string, { datatype: Datatype; shape: readonly number[] }>;

export type OutputName = keyof typeof OUTPUTS;

export function outputsOf({ manifest }: LoadedManifest): (TensorMetadata & { name: OutputName })[] {
  const hasUncertainty = isGridManifest(manifest) && manifest.head.boxes === 'logits';
  return (Object.keys(OUTPUTS) as OutputName[])
    .filter(name => name !== 'uncertainty' || hasUncertainty)
    .map(name => ({ name, datatype: OUTPUTS[name].datatype, shape: [...OUTPUTS[name].shape] }));
}
