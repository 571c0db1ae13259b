import type { CocoAnnotation } from './coco-dataset.ts';

type BoundingBox = CocoAnnotation['bbox'];

interface Size {
  width: number;
  height: number;
}

/** EXIF orientations 5 to 8 turn the picture on its side. */
export function turnsSides(orientation: number): boolean {
  return orientation >= 5;
}

/**
 * A box of the picture as stored -> of the upright picture.
 *
 * @param stored size of the picture as stored
 * @param orientation EXIF, 1..8
 */
export function toUpright([x, y, width, height]: BoundingBox, stored: Size, orientation: number): BoundingBox {
  const fromRight = stored.width - x - width;
  const fromBottom = stored.height - y - height;
  switch (orientation) {
    case 2:
      return [fromRight, y, width, height];
    case 3:
      return [fromRight, fromBottom, width, height];
    case 4:
      return [x, fromBottom, width, height];
    case 5:
      return [y, x, height, width];
    case 6:
      return [fromBottom, x, height, width];
    case 7:
      return [fromBottom, fromRight, height, width];
    case 8:
      return [y, fromRight, height, width];
    default:
      return [x, y, width, height];
  }
}

/** A box of the upright picture -> of the picture as stored. */
export function toStored(box: BoundingBox, upright: Size, orientation: number): BoundingBox {
  // The quarter turns undo each other; every other orientation undoes itself.
  const undo = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
  return toUpright(box, upright, undo);
}
