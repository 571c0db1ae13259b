import type { ModelProto } from './onnx_pb.ts';

/** The version of ONNX's own operators that a model uses; undefined where the file does not say. */
export function opsetOf({ opsetImport }: Pick<ModelProto, 'opsetImport'>): number | undefined {
  const own = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return own && Number(own.version);
}
