import { seededRandom } from '../../test/support/random.ts';

/** Candidates of one class, as many as no real picture has. */
export interface Boxes {
  /** (count, 4): x1, y1, x2, y2 */
  boxes: Float64Array;
  /** (count) */
  scores: Float32Array;
  /** (count) */
  classIds: Int32Array;
}

const PICTURE = { width: 640, height: 480 };
/** Objects in the crowd, each found over and over. */
const OBJECTS = 50;

/** Boxes of 8 to 48 pixels anywhere in the picture: few suppress one another. */
export function spreadBoxes(count: number): Boxes {
  const random = seededRandom(11);
  return boxesOf(count, random, () => boxAt(random() * PICTURE.width, random() * PICTURE.height, 8 + random() * 40));
}

/** Boxes within two pixels of one of fifty: nearly all are suppressed. */
export function duplicateBoxes(count: number): Boxes {
  const random = seededRandom(12);
  const objects = Array.from({ length: OBJECTS }, () => [random() * PICTURE.width, random() * PICTURE.height] as const);
  return boxesOf(count, random, index => {
    const [x, y] = objects[index % OBJECTS]!;
    return boxAt(x + random() * 4 - 2, y + random() * 4 - 2, 60 + random() * 4);
  });
}

function boxesOf(count: number, random: () => number, box: (index: number) => number[]): Boxes {
  return {
    boxes: Float64Array.from(Array.from({ length: count }, (_, index) => box(index)).flat()),
    scores: Float32Array.from({ length: count }, random),
    classIds: new Int32Array(count),
  };
}

function boxAt(x: number, y: number, size: number): number[] {
  return [x - size / 2, y - size / 2, x + size / 2, y + size / 2];
}
