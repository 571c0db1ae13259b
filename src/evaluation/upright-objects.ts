import type { CocoAnnotation, CocoImage } from './coco-dataset.ts';
import { toUpright, turnsSides } from './orient-box.ts';

/** Which picture the annotations' pixels are of: as stored (COCO's own tools), or turned upright by its EXIF orientation. */
export type Frame = 'stored' | 'upright';
export type FrameChoice = Frame | 'auto';

export interface UprightObjects {
  /** Boxes in the upright picture, as detections are. */
  objects: CocoAnnotation[];
  frame: Frame;
  /** `auto` had nothing to go by: the size is the same either way, or the annotations do not say it. */
  guessed: boolean;
  /** The annotations are of a picture of another size. */
  otherSize: boolean;
}

/**
 * The annotations of one picture in the frame of its detections. With `auto` the annotated width and height decide where the
 * orientation swaps them; where it does not, `stored`, as in COCO's tools and the family's own evaluation
 * (cv2.IMREAD_IGNORE_ORIENTATION).
 *
 * @param upright size of the upright picture
 * @param orientation EXIF, 1..8
 */
export function uprightObjects(
  image: CocoImage,
  annotations: readonly CocoAnnotation[],
  upright: { width: number; height: number },
  orientation: number,
  choice: FrameChoice,
): UprightObjects {
  const stored = turnsSides(orientation) ? { width: upright.height, height: upright.width } : upright;
  const annotatedAs = (size: { width: number; height: number }) =>
    image.width === size.width && image.height === size.height;
  const known = image.width > 0 && image.height > 0;
  const otherSize = known && !annotatedAs(stored) && !annotatedAs(upright);
  const told = known && annotatedAs(stored) !== annotatedAs(upright);
  const frame = choice !== 'auto' ? choice : told && annotatedAs(upright) ? 'upright' : 'stored';
  const objects =
    frame === 'upright' || orientation === 1
      ? [...annotations]
      : annotations.map(annotation => ({ ...annotation, bbox: toUpright(annotation.bbox, stored, orientation) }));
  return { objects, frame, guessed: choice === 'auto' && orientation !== 1 && !told, otherSize };
}
