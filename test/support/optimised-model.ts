import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { saveOptimised } from '../../src/detector/inference/session.ts';
import { encodeModel, type GraphParts, makeGraph, makeModel, OPSET } from '../../src/onnx/model.ts';
import { type OnnxModel, parseModel } from '../../src/onnx/parse-model.ts';
import { selfContained } from '../../src/onnx/self-contained.ts';

/** What ONNX Runtime makes of a graph on this CPU, with its weights in it. */
export async function optimisedModel(folder: string, parts: GraphParts, opset = OPSET): Promise<OnnxModel> {
  const made = makeModel({ graph: makeGraph(parts), producer: { name: 'test', version: '1' } });
  made.opsetImport[0]!.version = BigInt(opset);
  const plain = encodeModel(made);
  const file = path.join(folder, 'optimised.onnx');
  await (await saveOptimised(plain, file, 'optimised.bin')).close();
  const model = parseModel(await readFile(file));
  // Small weights stay in the graph, and then there is no such file.
  const weights = await readFile(path.join(folder, 'optimised.bin')).catch(() => Buffer.alloc(0));
  await selfContained(model, async (_location, offset, length) => weights.subarray(offset, offset + length!));
  return model;
}
