import { encodeModel, makeModel } from '../onnx/model.ts';
import { convertGraph } from './convert/convert-graph.ts';
import { NANODET_G_GRAPH, NANODET_G_METADATA } from './nanodet-g.ts';
import { parseGraphModel } from './tfjs/graph-model.ts';
import { readWeights } from './tfjs/weights.ts';

/** Bumped when the converter writes other bytes, so that two graphs of one model can be told apart. */
const CONVERTER_VERSION = '1';

/** The two files of the TensorFlow.js graph model to the bytes of model.onnx, the same every time. Throws `BuildError`. */
export function convertNanodetG(json: Uint8Array, weights: Uint8Array): Uint8Array {
  const model = parseGraphModel(new TextDecoder().decode(json));
  const graph = convertGraph(model, readWeights(model, weights), NANODET_G_GRAPH);
  return encodeModel(
    makeModel({
      graph,
      producer: { name: 'gfl-serve model-builder', version: CONVERTER_VERSION },
      ...NANODET_G_METADATA,
    }),
  );
}
