/** Boxes that were kept, which suppress those that overlap them too much. */
export interface KeptBoxes {
  /**
   * Whether the intersection over union of one of them with a box is above the threshold, which is not negative. Areas are continuous, without COCO's
   * old "+1"; boxes that do not overlap have 0, and so have two that are empty.
   *
   * @param boxes (count, 4): x1, y1, x2, y2
   * @param index of the box
   */
  suppress(boxes: Float64Array, index: number, iouThreshold: number): boolean;
  add(boxes: Float64Array, index: number): void;
}

/** Numbers a box: x1, y1, x2, y2, area. */
const WIDTH = 5;

export function keptBoxes(): KeptBoxes {
  // (kept, 5), side by side: a thousand boxes are each compared with thousands.
  const kept: number[] = [];
  return {
    suppress(boxes, index, iouThreshold) {
      const at = index * 4;
      const x1 = boxes[at]!;
      const y1 = boxes[at + 1]!;
      const x2 = boxes[at + 2]!;
      const y2 = boxes[at + 3]!;
      const area = (x2 - x1) * (y2 - y1);
      for (let k = 0; k < kept.length; k += WIDTH) {
        // Most of them lie elsewhere.
        if (kept[k]! >= x2 || kept[k + 2]! <= x1) continue;
        const height = Math.min(kept[k + 3]!, y2) - Math.max(kept[k + 1]!, y1);
        if (height <= 0) continue;
        const intersection = (Math.min(kept[k + 2]!, x2) - Math.max(kept[k]!, x1)) * height;
        if (intersection / (kept[k + 4]! + area - intersection) > iouThreshold) return true;
      }
      return false;
    },
    add(boxes, index) {
      const at = index * 4;
      const x1 = boxes[at]!;
      const y1 = boxes[at + 1]!;
      const x2 = boxes[at + 2]!;
      const y2 = boxes[at + 3]!;
      kept.push(x1, y1, x2, y2, (x2 - x1) * (y2 - y1));
    },
  };
}
