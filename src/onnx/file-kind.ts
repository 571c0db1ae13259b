/** What people take for an ONNX file, by its first bytes. The sentence completes "it is". */
const KINDS: readonly (readonly [start: string, sentence: string])[] = [
  ['PK\x03\x04', 'a zip archive: a PyTorch checkpoint (export it to ONNX first) or a package (unpack it)'],
  ['\x80\x02', 'a Python pickle: a PyTorch checkpoint (export it to ONNX first)'],
  ['\x80\x04', 'a Python pickle: a PyTorch checkpoint (export it to ONNX first)'],
  ['\x1f\x8b', 'a gzip archive: unpack it'],
  ['version https://git-lfs', 'a Git LFS pointer: fetch the file itself with "git lfs pull"'],
  ['\x89HDF', 'an HDF5 file (Keras): export it to ONNX first'],
  ['<', 'a web page or XML: the download went wrong, or the model is of another format'],
  ['{', 'JSON: the download went wrong, or the model is of another format'],
];
/** The ORT format and TensorFlow Lite carry their mark after four bytes. */
const MARKED: readonly (readonly [mark: string, sentence: string])[] = [
  ['ORTM', 'in the ORT format: the .onnx file that it was made from is needed'],
  ['TFL3', 'a TensorFlow Lite model: export the original to ONNX'],
];

/** Says what the bytes are where they are something well known that is not ONNX. */
export function otherFileKind(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const found = KINDS.find(([start]) => head.startsWith(start)) ?? MARKED.find(([mark]) => head.startsWith(mark, 4));
  return found?.[1];
}
