import type { Scored } from '../../onnx/rewrite/add-candidates.ts';
import type { KeptOutputs, OutputTensor } from './session.ts';

/** Where a grid head's scores and boxes are among a graph's outputs. */
export type Choice = Pick<Scored, 'pairs' | 'layout' | 'classes'>;

/**
 * The graph with outputs that hold only the points whose best class reaches a floor: nanodet-g gives 1.8 MB for a picture, of which some 20 kB can
 * become detections. Undefined where its outputs are of a form that is not known.
 *
 * @param outputs of one run
 * @param byLevels see `addCandidates`
 */
export async function choosingGraph(
  graph: Uint8Array,
  choice: Choice,
  outputs: Record<string, OutputTensor>,
  byLevels: boolean,
): Promise<Uint8Array | undefined> {
  const [{ parseModel }, { encodeModel }, { addCandidates }] = await Promise.all([
    import('../../onnx/parse-model.ts'),
    import('../../onnx/model.ts'),
    import('../../onnx/rewrite/add-candidates.ts'),
  ]);
  const model = parseModel(graph);
  const rank = (output: string) => outputs[output]?.dims.length;
  return addCandidates(model, { ...choice, rank, byLevels }) ? encodeModel(model) : undefined;
}

/** How far from the floor a point may lie that is kept although it does not reach it. */
const ROUNDING = 2e-5;

/**
 * Whether a session of such a graph keeps, to the last bit, what it should of `outputs`, which came of the same pictures. What is below the
 * floor by no more than rounding may be kept, too.
 *
 * @param batch how many those are: a point is kept of all where one of them reaches the floor
 */
export async function choosesRight(
  runAbove: (floor: number) => Promise<KeptOutputs>,
  { pairs, layout, classes }: Choice,
  outputs: Record<string, OutputTensor>,
  batch: number,
): Promise<boolean> {
  const pictures = [...Array(batch).keys()];
  const heads = pairs.map(({ scores, boxes }) => {
    const points = outputs[scores.output]!.data.length / scores.channels / batch;
    const at = (channels: number, picture: number, point: number, channel: number) =>
      picture * points * channels + (layout === 'points-first' ? point * channels + channel : channel * points + point);
    const best = Float32Array.from({ length: points }, (_, point) => {
      let highest = -Infinity;
      for (const picture of pictures) {
        for (let c = scores.channel; c < scores.channel + classes; c++) {
          highest = Math.max(highest, outputs[scores.output]!.data[at(scores.channels, picture, point, c)]!);
        }
      }
      return highest;
    });
    const rows = (output: string, kept: readonly number[]) => {
      const { data } = outputs[output]!;
      const channels = [...Array(data.length / points / batch).keys()];
      return pictures.flatMap(picture =>
        layout === 'points-first'
          ? kept.flatMap(point => channels.map(c => data[at(channels.length, picture, point, c)]!))
          : channels.flatMap(c => kept.map(point => data[at(channels.length, picture, point, c)]!)),
      );
    };
    return { best, rows, names: [scores.output, boxes.output] };
  });
  const all = Float32Array.from(heads.flatMap(({ best }) => [...best])).sort();
  // Half of the points, nearly none, and none.
  for (const floor of [all[all.length >> 1]!, all.at(-1)!, Infinity]) {
    const { tensors, kept } = await runAbove(floor);
    const isRight = heads.every(({ best, rows, names }, pair) => {
      const found = new Set(kept[pair]?.points);
      const expected = [...best.keys()].filter(
        point => best[point]! >= floor || (found.has(point) && best[point]! >= floor - ROUNDING * Math.max(1, floor)),
      );
      return (
        kept[pair]?.of === best.length &&
        isSame(kept[pair].points, expected) &&
        names.every(output => isSame(tensors[output]?.data, rows(output, expected)))
      );
    });
    if (!isRight) return false;
  }
  return true;
}

function isSame(found: ArrayLike<number> | undefined, expected: readonly number[]): boolean {
  return found?.length === expected.length && expected.every((value, i) => Object.is(value, found[i]));
}
