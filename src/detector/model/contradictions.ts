import type { GridHead } from './head-schema.ts';
import type { InputSpec } from './input-schema.ts';
import { isGridManifest } from './is-grid-manifest.ts';
import type { Manifest } from './manifest-schema.ts';

/** What a schema cannot say: fields that must agree with each other. One sentence each. */
export function contradictions(manifest: Manifest): string[] {
  return [
    ...inputContradictions(manifest.input),
    ...(isGridManifest(manifest) ? headContradictions(manifest.head) : []),
  ];
}

function inputContradictions({ width, height, dynamic, resize }: InputSpec): string[] {
  const sentences: string[] = [];
  const multiple = dynamic?.multipleOf ?? 1;
  if (width % multiple !== 0 || height % multiple !== 0) {
    sentences.push(`input ${width}x${height} is not a multiple of input.dynamic.multipleOf ${multiple}`);
  }
  if (resize.fit === 'keep-ratio') {
    if (resize.shortSide === undefined || resize.longSide === undefined) {
      sentences.push('input.resize.fit "keep-ratio" needs shortSide and longSide');
    }
    if (dynamic?.spatial !== true) {
      sentences.push('input.resize.fit "keep-ratio" needs input.dynamic.spatial, since every picture has its own size');
    }
  }
  if (resize.interpolation === 'cubic' && resize.sampling !== 'half-pixel') {
    sentences.push('input.resize.interpolation "cubic" needs sampling "half-pixel"');
  }
  return sentences;
}

function headContradictions(head: GridHead): string[] {
  const sentences: string[] = [];
  if (head.boxes === 'logits' && head.bins === undefined) sentences.push('head.boxes "logits" needs head.bins');
  if (head.boxes !== 'logits' && head.bins !== undefined) {
    sentences.push(`head.bins goes with head.boxes "logits", not with "${head.boxes}"`);
  }
  const onGrid = head.boxes === 'logits' || head.boxes === 'distances';
  if (onGrid && head.strides === undefined) sentences.push(`head.boxes "${head.boxes}" needs head.strides`);
  if (onGrid && head.priorOffset === undefined) sentences.push(`head.boxes "${head.boxes}" needs head.priorOffset`);

  const listed = head.outputs.map(output => output.stride);
  if (listed.every(stride => stride === undefined)) {
    if (head.outputs.length > 1)
      sentences.push('head.outputs has several entries without a stride; one holds all levels');
  } else if (listed.length !== head.strides?.length || listed.some((stride, i) => stride !== head.strides?.[i])) {
    sentences.push(`head.outputs has strides ${listed.join(', ')} but head.strides says ${head.strides?.join(', ')}`);
  }
  const names = head.outputs
    .flatMap(output => [output.scores, output.boxes, output.fused])
    .filter(name => name !== undefined);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) sentences.push(`head.outputs uses the output "${repeated}" twice`);
  for (const [i, { scores, boxes, fused }] of head.outputs.entries()) {
    if (fused !== undefined && (scores !== undefined || boxes !== undefined)) {
      sentences.push(`head.outputs[${i}] has both a fused tensor and one of its parts`);
    }
    if (fused !== undefined && head.order === undefined) {
      sentences.push(`head.outputs[${i}].fused needs head.order, "scores-first" or "boxes-first"`);
    }
    if ((scores === undefined) !== (boxes === undefined)) {
      sentences.push(
        `head.outputs[${i}] names ${scores === undefined ? 'boxes' : 'scores'} alone; name both, or neither`,
      );
    }
  }
  return sentences;
}
