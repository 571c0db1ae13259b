import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { channelsFirstInput } from '../../onnx/channels-first-input.ts';
import { type CastTensor, float32Interface } from '../../onnx/float32-interface.ts';
import { type InputScaling, inputScaling } from '../../onnx/input-scaling.ts';
import { encodeModel } from '../../onnx/model.ts';
import { OnnxError } from '../../onnx/onnx-error.ts';
import { parseModel } from '../../onnx/parse-model.ts';
import type { OutputForm } from '../../onnx/reform-outputs.ts';
import { type Changes, selfContained } from '../../onnx/self-contained.ts';
import { fixSideInputs } from '../../onnx/side-inputs.ts';
import { DetectorError } from '../errors.ts';
import { countOperators, describeGraph, foreignOperators, type GraphDescription } from './describe-graph.ts';
import { externalWeights } from './external-weights.ts';

/** What a protobuf message can hold. */
const MAX_BYTES = 2 ** 31 - 1;

export interface GraphFile {
  description: GraphDescription;
  /** Of the file as it is. */
  bytes: number;
  sha256: string;
  /** The same graph as one file whose weights are constants, and which takes a picture alone and gives float32; equal files give equal bytes. */
  graph: Uint8Array;
  changes: GraphChanges;
  /** What it does to the values of its picture first, where it does. */
  scaling: InputScaling | undefined;
}

export interface GraphChanges extends Changes {
  /** Inputs and outputs of other types, which are float32 now. `description` has them as they are now, and its operators are the file's own. */
  cast: CastTensor[];
  /** The input whose picture had its channels last. */
  channelsLast: string | undefined;
  /** Inputs beside the picture that are constants now. */
  fixedInputs: string[];
  /** How the file gives what it found, where outputs were made of that which a manifest can say. */
  form?: OutputForm;
}

/** Reads an ONNX file from anywhere, and makes it one file. Throws `DetectorError` `invalid_graph`. */
export async function readGraph(file: string): Promise<GraphFile> {
  const refuse = (reason: string, cause?: unknown) =>
    new DetectorError('invalid_graph', `${file} cannot be used: ${reason}.`, { cause });
  const stats = await stat(file).catch(cause => {
    throw refuse(cause.code === 'ENOENT' ? 'there is no such file' : cause.message, cause);
  });
  if (!stats.isFile()) throw refuse('it is no file');
  if (stats.size > MAX_BYTES)
    throw refuse(`it has ${stats.size} bytes, more than an ONNX file can have (${MAX_BYTES})`);
  const bytes = await readFile(file).catch(cause => {
    throw refuse(`it cannot be read (${cause.message})`, cause);
  });
  try {
    const model = parseModel(bytes);
    const foreign = foreignOperators(model);
    if (foreign.length > 0) {
      throw new OnnxError(
        `it uses operators that ONNX Runtime does not have (${foreign.join(', ')}): export it without them`,
      );
    }
    const operators = countOperators(model);
    const channelsLast = channelsFirstInput(model.graph);
    const cast = float32Interface(model.graph);
    const fixedInputs = fixSideInputs(model.graph);
    const description = describeGraph(model, operators);
    const contained = await selfContained(model, externalWeights(path.dirname(file), MAX_BYTES - bytes.length));
    const changes = { ...contained, cast, channelsLast, fixedInputs };
    const scaling = inputScaling(model.graph);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { description, bytes: bytes.length, sha256, graph: encodeModel(model), changes, scaling };
  } catch (cause) {
    if (!(cause instanceof OnnxError)) throw cause;
    throw refuse(cause.message, cause);
  }
}
