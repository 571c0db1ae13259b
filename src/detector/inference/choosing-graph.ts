import type { Scored } from '../../onnx/rewrite/add-candidates.ts';
import type { LeftOutputs, OutputTensor } from './session.ts';

/** Where a grid head's scores and boxes are among a graph's outputs. */
export type Choice = Pick<Scored, 'pairs' | 'layout' | 'classes'>;

/**
 * The graph with outputs that hold only the points whose best class reaches a floor: nanodet-g gives 1.8 MB for a picture, of which some 20 kB can
 * become detections. Undefined where its outputs are of a form that is not known.
 *
 * @param outputs of one run
 */
export async function choosingGraph(
  graph: Uint8Array,
  choice: Choice,
  outputs: Record<string, OutputTensor>,
): Promise<Uint8Array | undefined> {
  const [{ parseModel }, { encodeModel }, { addCandidates }] = await Promise.all([
    import('../../onnx/parse-model.ts'),
    import('../../onnx/model.ts'),
    import('../../onnx/rewrite/add-candidates.ts'),
  ]);
  const model = parseModel(graph);
  const rank = (output: string) => outputs[output]?.dims.length;
  return addCandidates(model, { ...choice, rank }) ? encodeModel(model) : undefined;
}

/** Whether a session of such a graph leaves, to the last bit, what it should of `outputs`, which came of the same input. */
export async function choosesRight(
  runAbove: (floor: number) => Promise<LeftOutputs>,
  { pairs, layout, classes }: Choice,
  outputs: Record<string, OutputTensor>,
): Promise<boolean> {
  const pointsFirst = layout === 'points-first';
  const best = pairs.map(({ scores: { output, channel, channels } }) => {
    const { data } = outputs[output]!;
    const points = data.length / channels;
    return Float32Array.from({ length: points }, (_, point) => {
      let highest = -Infinity;
      for (let c = channel; c < channel + classes; c++) {
        highest = Math.max(highest, data[pointsFirst ? point * channels + c : c * points + point]!);
      }
      return highest;
    });
  });
  const all = Float32Array.from(best.flatMap(values => [...values])).sort();
  // Half of the points, nearly none, and none.
  for (const floor of [all[all.length >> 1]!, all.at(-1)!, Infinity]) {
    const left = await runAbove(floor);
    const isRight = pairs.every(({ scores, boxes }, pair) => {
      const expected = [...best[pair]!.keys()].filter(point => best[pair]![point]! >= floor);
      return (
        isSame(left.points[pair], expected) &&
        [scores.output, boxes.output].every(output => {
          const { data } = outputs[output]!;
          const points = best[pair]!.length;
          const channels = data.length / points;
          const rows = pointsFirst
            ? expected.flatMap(point => [...data.subarray(point * channels, (point + 1) * channels)])
            : Array.from({ length: channels }, (_, c) => expected.map(point => data[c * points + point]!)).flat();
          return isSame(left.tensors[output]?.data, rows);
        })
      );
    });
    if (!isRight) return false;
  }
  return true;
}

function isSame(found: ArrayLike<number> | undefined, expected: readonly number[]): boolean {
  return found?.length === expected.length && expected.every((value, i) => Object.is(value, found[i]));
}
