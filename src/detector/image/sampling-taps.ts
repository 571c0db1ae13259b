/** One axis of a separable sampling: which source pixels make a target pixel, and how much each weighs. */
export interface Taps {
  /** Source pixels a target pixel. */
  count: 2 | 4;
  /** Target pixels outside `from`..`to` (exclusive) have no source pixel at all. */
  from: number;
  to: number;
  /** Those inside `wholeFrom`..`wholeTo` (exclusive) miss none of theirs. */
  wholeFrom: number;
  wholeTo: number;
  /** (size, count) */
  indices: Int32Array;
  /** (size, count); they sum to less than 1 where source pixels are missing. */
  weights: Float32Array;
}

export interface Axis {
  /** Target pixels. */
  size: number;
  /** target = source * scale + offset */
  scale: number;
  offset: number;
  /** Source pixels of the picture, and as decoded: fewer when it was shrunk while decoding. */
  original: number;
  stored: number;
}

type Kernel = (fraction: number, weights: Float64Array) => void;

const bilinear: Kernel = (fraction, weights) => {
  weights[0] = 1 - fraction;
  weights[1] = fraction;
};

/** OpenCV's INTER_CUBIC (interpolateCubic): a = -0.75. */
const cubic: Kernel = (x, weights) => {
  const a = -0.75;
  weights[0] = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
  weights[1] = ((a + 2) * x - (a + 3)) * x * x + 1;
  weights[2] = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1;
  weights[3] = 1 - weights[0]! - weights[1]! - weights[2]!;
};

/** A copy shrunk while decoding covers the same area as the picture: its pixel centres follow the factor. */
function inShrunkCopy(inPicture: number, { original, stored }: Axis, sampling: 'corner' | 'half-pixel'): number {
  const position = (inPicture + 0.5) * (stored / original) - 0.5;
  // The picture's outermost pixels lie beyond the copy's outermost centres, and are no border.
  const isBorder = inPicture < 0 || inPicture > original - 1;
  return sampling === 'half-pixel' || isBorder ? position : Math.min(Math.max(position, 0), stored - 1);
}

/**
 * @param sampling `corner`: index maps to index, and pixels beyond the picture are missing (cv2.warpPerspective with a
 * constant border); `half-pixel`: centre maps to centre, and the border pixel repeats (cv2.resize)
 */
export function samplingTaps(axis: Axis, interpolation: 'bilinear' | 'cubic', sampling: 'corner' | 'half-pixel'): Taps {
  const count = interpolation === 'bilinear' ? 2 : 4;
  const kernel = interpolation === 'bilinear' ? bilinear : cubic;
  const taps: Taps = {
    count,
    from: axis.size,
    to: 0,
    wholeFrom: axis.size,
    wholeTo: 0,
    indices: new Int32Array(axis.size * count),
    weights: new Float32Array(axis.size * count),
  };
  const weights = new Float64Array(count);
  const shrink = axis.stored / axis.original;
  for (let i = 0; i < axis.size; i++) {
    if (sampling === 'half-pixel' && (i + 0.5 < axis.offset || i + 0.5 > axis.offset + axis.scale * axis.original))
      continue;
    const half = sampling === 'half-pixel' ? 0.5 : 0;
    const inPicture = (i + half - axis.offset) / axis.scale - half;
    const position = shrink === 1 ? inPicture : inShrunkCopy(inPicture, axis, sampling);
    const first = Math.floor(position);
    kernel(position - first, weights);
    let used = false;
    let whole = true;
    for (let tap = 0; tap < count; tap++) {
      const source = first + tap - (count / 2 - 1);
      const inside = source >= 0 && source < axis.stored;
      if (!inside && sampling === 'corner') {
        whole = false;
        continue;
      }
      taps.indices[i * count + tap] = Math.min(Math.max(source, 0), axis.stored - 1);
      taps.weights[i * count + tap] = weights[tap]!;
      used ||= weights[tap] !== 0;
    }
    if (!used) continue;
    taps.from = Math.min(taps.from, i);
    taps.to = i + 1;
    if (!whole) continue;
    taps.wholeFrom = Math.min(taps.wholeFrom, i);
    taps.wholeTo = i + 1;
  }
  return taps;
}
