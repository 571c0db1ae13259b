import type { InputSpec } from '../model/input-schema.ts';
import type { Manifest } from '../model/manifest.ts';
import { pictureInput } from '../model/probe-graph.ts';
import { FAMILIES, type FamilyName } from './families.ts';
import type { ProbedGraph } from './family.ts';
import { leaveNormalisation } from './own-normalisation.ts';
import { PREPROCESSING, type Preprocessing, type PreprocessingName } from './preprocessing.ts';
import type { FamilyFit } from './recognise.ts';

export interface About {
  name: string;
  license: string;
  source: string;
  /** Of the graph that is written. */
  sha256: string;
  /** undefined: the family's, or one at which the graph was seen to run. */
  size: { width: number; height: number } | undefined;
  /** Whose it is; undefined: the family's. */
  preprocessing: PreprocessingName | undefined;
}

/** What the graph says and, where it says nothing, the family's published protocol. The batch is left to be proven. */
export function draftManifest(family: FamilyName, graph: ProbedGraph, fit: FamilyFit, about: About): Manifest {
  const protocol = FAMILIES[family].protocol(fit.head, fit.anySize, graph.form);
  const { name, license, source, sha256, preprocessing } = about;
  const prepared = preprocessing === undefined ? protocol : PREPROCESSING[preprocessing](fit.head, fit.anySize);
  return {
    name,
    version: '1',
    license,
    source,
    labels: 'labels.txt',
    graph: { file: 'model.onnx', sha256 },
    input: inputOf(prepared, graph, fit, about.size),
    head: fit.head,
    candidates: protocol.candidates,
    nms: protocol.nms,
  } as Manifest;
}

function inputOf(
  { input: published, size, multipleOf }: Preprocessing,
  { description, probes, normalisation }: ProbedGraph,
  { anySize }: FamilyFit,
  wanted: About['size'],
): InputSpec {
  const input = normalisation === undefined ? published : leaveNormalisation(published, normalisation);
  const { name, dims } = pictureInput(description.inputs);
  const { width, height } = wanted ?? (anySize ? size : probes[0]!);
  const batch = typeof dims![0] !== 'number';
  const dynamic =
    anySize || batch ? { dynamic: { batch, spatial: anySize, multipleOf: anySize ? multipleOf : 1 } } : {};
  // A keep-ratio goes by its own sides, and width and height would be without effect.
  const sides = { shortSide: Math.min(width, height), longSide: Math.max(width, height) };
  const asked = input.resize.fit === 'keep-ratio' && wanted !== undefined;
  const resize = asked ? { ...input.resize, ...sides } : withMargin(input.resize, sides.longSide / size.width);
  return { tensor: name, width, height, ...dynamic, ...input, resize };
}

/** YOLO-NAS' 636 of 640 pixels are as large a part of other sizes. */
function withMargin(resize: Preprocessing['input']['resize'], scale: number): Preprocessing['input']['resize'] {
  const { fit, longSide } = resize;
  return fit === 'letterbox' && longSide !== undefined ? { ...resize, longSide: Math.round(longSide * scale) } : resize;
}
