/** COCO's sizes, by the object's area in square pixels. */
export const SIZES = ['small', 'medium', 'large'] as const;
export type ObjectSize = (typeof SIZES)[number];

/** Areas up to 32² are small, from 96² on large. */
export const SMALL_AREA = 32 ** 2;
export const LARGE_AREA = 96 ** 2;

export function sizeOf(area: number): ObjectSize {
  return area < SMALL_AREA ? 'small' : area < LARGE_AREA ? 'medium' : 'large';
}
