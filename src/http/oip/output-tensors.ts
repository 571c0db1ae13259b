import type { DetectionAnswer } from '../schemas.ts';
import type { OutputName } from './model-tensors.ts';
import type { OutputTensor } from './tensor-type.ts';

type Detection = DetectionAnswer['detections'][number];
type Picture = Pick<DetectionAnswer, 'image' | 'detections'>;

/** What a row holds behind its last detection. */
const NO_BOX = [0, 0, 0, 0];
const NO_CLASS = -1;

/** Values of one detection, or of none. */
const COLUMNS: Record<
  Exclude<OutputName, 'num_detections' | 'image_size'>,
  (one?: Detection) => (number | string)[]
> = {
  // x1, y1, x2, y2
  boxes: one => (one ? [one.box.x1, one.box.y1, one.box.x2, one.box.y2] : NO_BOX),
  scores: one => [one?.score ?? 0],
  class_ids: one => [one?.class_id ?? NO_CLASS],
  labels: one => [one?.label ?? ''],
  // left, top, right, bottom
  uncertainty: one => {
    const edges = one?.uncertainty;
    return edges ? [edges.left, edges.top, edges.right, edges.bottom] : NO_BOX;
  },
};

/** One output over all pictures: (pictures, longest list of detections, ...). */
export function outputTensor(
  { name, datatype }: Pick<OutputTensor, 'datatype'> & { name: OutputName },
  pictures: readonly Picture[],
): OutputTensor {
  if (name === 'num_detections') {
    return { name, datatype, shape: [pictures.length], data: pictures.map(({ detections }) => detections.length) };
  }
  if (name === 'image_size') {
    const data = pictures.flatMap(({ image }) => [image.width, image.height]);
    return { name, datatype, shape: [pictures.length, 2], data };
  }
  const rows = Math.max(...pictures.map(({ detections }) => detections.length));
  const column = COLUMNS[name];
  const width = column().length;
  const data = pictures.flatMap(({ detections }) =>
    Array.from({ length: rows }, (_, i) => column(detections[i])).flat(),
  );
  return { name, datatype, shape: width > 1 ? [pictures.length, rows, width] : [pictures.length, rows], data };
}
