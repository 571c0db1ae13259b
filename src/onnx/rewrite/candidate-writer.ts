import { makeNode } from '../node.ts';
import { type GraphProto, type NodeProto, TensorProto_DataType } from '../onnx_pb.ts';
import { int64Tensor } from '../tensor.ts';
import { makeValue } from '../value.ts';
import { CANDIDATES } from './candidate-names.ts';

/** The points of a batch are chosen together: those that reach the floor in any of its pictures. */
const BATCH_AXIS = 0;
/** ReduceMax takes its axes as inputs since that operator set. */
const AXES_ARE_INPUTS = 18;

/** Writes what chooses the points of one pair of outputs. */
export interface CandidateWriter {
  readonly nodes: NodeProto[];
  /** A name of this pair alone. */
  name(part: string): string;
  constant(part: string, values: readonly number[]): string;
  /**
   * Which points have a best class that reaches the floor.
   *
   * @param of what is chosen from, in names
   * @param classes (batch, points, classes), or with the last two exchanged
   */
  choose(
    of: string,
    classes: string,
    channelAxis: 1 | 2,
    floor: string,
  ): { /** (kept), int64, ascending */ points: string /** (1), int64: how many there are */; all: string };
  /** Makes them an output: in pieces, one behind the other, and how many there are in all. */
  givePoints(points: readonly string[], all: string): void;
  /** Makes rows or columns of an output's points an output: in pieces, one behind the other. */
  giveKept(output: string, pieces: readonly string[], pointAxis: 1 | 2): void;
}

export function candidateWriter(graph: GraphProto, index: number, opset: number): CandidateWriter {
  const nodes: NodeProto[] = [];
  const name = (part: string) => `candidates/${index}/~${part}`;
  const constant = (part: string, values: readonly number[]) => {
    if (!graph.initializer.some(tensor => tensor.name === name(part))) {
      graph.initializer.push(int64Tensor(name(part), [values.length], values));
    }
    return name(part);
  };
  return {
    ...{ nodes, name, constant },
    choose(of, classes, channelAxis, floor) {
      const own = (part: string) => name(`${part}${of}`);
      const axes = [BATCH_AXIS, channelAxis];
      nodes.push(
        opset < AXES_ARE_INPUTS
          ? makeNode('ReduceMax', [classes], [own('best')], { axes: { ints: axes }, keepdims: { int: 0 } })
          : makeNode('ReduceMax', [classes, constant('axes', axes)], [own('best')], { keepdims: { int: 0 } }),
        // Not "greater or equal": that came with opset 12.
        makeNode('Less', [own('best'), floor], [own('below')]),
        makeNode('Not', [own('below')], [own('reached')]),
        makeNode('NonZero', [own('reached')], [own('indices')]),
        makeNode('Reshape', [own('indices'), constant('flat', [-1])], [own('points')]),
        makeNode('Shape', [own('best')], [own('all')]),
      );
      return { points: own('points'), all: own('all') };
    },
    givePoints(points, all) {
      nodes.push(
        makeNode('Concat', [...points, all], [name('points of all')], { axis: { int: 0 } }),
        makeNode('Cast', [name('points of all')], [CANDIDATES.points(index)], {
          to: { int: TensorProto_DataType.INT32 },
        }),
      );
      graph.output.push(makeValue(CANDIDATES.points(index), 'int32', [`kept_${index}_and_all`]));
    },
    giveKept(output, pieces, pointAxis) {
      const kept = CANDIDATES.kept(index, output);
      nodes.push(makeNode('Concat', pieces, [kept], { axis: { int: pointAxis } }));
      const shape: string[] = ['batch', `channels_${kept}`, `channels_${kept}`];
      shape[pointAxis] = `kept_${index}`;
      graph.output.push(makeValue(kept, 'float', shape));
    },
  };
}
