import type { InputSpec } from '../model/input-schema.ts';

/** Pixels. */
export interface Size {
  width: number;
  height: number;
}

/** `network = picture * scale + offset`, separately for x and y. */
export interface Mapping {
  scaleX: number;
  scaleY: number;
  offsetX: number;
  offsetY: number;
}

/** How large the network input of a picture is, see `placePicture`. */
export type NetworkShape = 'fixed' | 'rectangular' | 'largest';

/** Where the picture lies in the network input. */
export interface Placement extends Size {
  /** How pixels are sampled. */
  sampling: Mapping;
  /** How boxes go back; differs from `sampling` only where a family rounds the one and not the other. */
  boxes: Mapping;
  /** The picture's rectangle in pixels of the network input. */
  content: { x1: number; y1: number; x2: number; y2: number };
}

/**
 * Sources: NanoDet's `warp_and_resize` (v0.x) and `ShapeTransform` (NanoDet-Plus), mmdetection's Resize and Pad, PaddleDetection's Resize
 * (PicoDet), Ultralytics' LetterBox and `scale_boxes`, YOLO-NAS' 636 pixels in 640. `families/` names their files.
 *
 * @param shape `rectangular`: a letterboxed picture gets no more network input than it covers, rounded up to
 * input.dynamic.multipleOf; only for manifests of which `allowsRectangular` is true. `largest`: where the network input follows the picture's
 * sides (keep-ratio), the largest that any picture has, lying or standing; the rest of it has the pad colour
 */
export function placePicture(input: InputSpec, picture: Size, shape: NetworkShape = 'fixed'): Placement {
  const { resize } = input;
  const exact = resizedSize(input, picture);
  const centred = (resize.position ?? (resize.fit === 'letterbox' ? 'centre' : 'top-left')) === 'centre';
  const whole = (side: number) => Math.max(1, centred ? halfToEven(side) : Math.floor(side + 0.5));
  const resized = resize.rounding === 'round' ? { width: whole(exact.width), height: whole(exact.height) } : exact;
  const network = networkSize(input, resized, shape);
  const rest = (all: number, part: number) => {
    if (!centred) return 0;
    const half = (all - part) / 2;
    // Ultralytics' round(half - 0.1): an odd pixel goes to the right and the bottom.
    return resize.rounding === 'round' ? Math.round(half - 0.1) : half;
  };
  const offsetX = rest(network.width, resized.width);
  const offsetY = rest(network.height, resized.height);
  const sampling = {
    scaleX: resized.width / picture.width,
    scaleY: resized.height / picture.height,
    offsetX,
    offsetY,
  };
  const boxes =
    resize.boxScale === 'single'
      ? {
          scaleX: exact.width / picture.width,
          scaleY: exact.height / picture.height,
          offsetX: rest(network.width, exact.width),
          offsetY: rest(network.height, exact.height),
        }
      : sampling;
  return {
    ...network,
    sampling,
    boxes,
    content: { x1: offsetX, y1: offsetY, x2: offsetX + resized.width, y2: offsetY + resized.height },
  };
}

/** Size of the resized picture before rounding. */
function resizedSize({ width, height, resize }: InputSpec, picture: Size): Size {
  if (resize.fit === 'stretch') return { width, height };
  const { longSide = Number.POSITIVE_INFINITY, shortSide = Number.POSITIVE_INFINITY } = resize;
  const bySides = Math.min(
    longSide / Math.max(picture.width, picture.height),
    shortSide / Math.min(picture.width, picture.height),
  );
  const scale =
    resize.fit === 'letterbox' ? Math.min(width / picture.width, height / picture.height, bySides) : bySides;
  return { width: picture.width * scale, height: picture.height * scale };
}

/** Whether the network can take a letterboxed picture without most of its empty border. */
export function allowsRectangular({ resize, dynamic }: InputSpec): boolean {
  return resize.fit === 'letterbox' && dynamic?.spatial === true;
}

/** Whether pictures of different sides give network inputs of different sizes. */
export function variesInSize({ resize }: InputSpec, shape: NetworkShape): boolean {
  return resize.fit === 'keep-ratio' || shape === 'rectangular';
}

/** The most that the shorter and the longer side of a network input can be, pixels. */
export function longestSides({ width, height, resize, dynamic }: InputSpec): { shorter: number; longer: number } {
  const longest = Math.max(width, height);
  if (resize.fit !== 'keep-ratio') return { shorter: longest, longer: longest };
  const multiple = dynamic?.multipleOf ?? 1;
  const up = (side: number) => Math.ceil(side / multiple) * multiple;
  return { shorter: up(resize.shortSide!), longer: up(resize.longSide!) };
}

function networkSize(input: InputSpec, resized: Size, shape: NetworkShape): Size {
  const { width, height, dynamic } = input;
  if (!variesInSize(input, shape)) return { width, height };
  if (shape === 'largest') {
    const { shorter, longer } = longestSides(input);
    const lies = resized.width >= resized.height;
    return lies ? { width: longer, height: shorter } : { width: shorter, height: longer };
  }
  const multiple = dynamic?.multipleOf ?? 1;
  // A hair less, so that 416.0000001 is 416.
  const up = (side: number) => Math.ceil((side - 1e-6) / multiple) * multiple;
  return { width: up(resized.width), height: up(resized.height) };
}

/** Python's `round`, as Ultralytics and YOLO-NAS have it, which lie in the centre: 426.5 is 426 (1280x853 at 640). mmcv's `int(side + 0.5)` makes 427 of it. */
function halfToEven(side: number): number {
  return side % 1 === 0.5 ? 2 * Math.round(side / 2) : Math.round(side);
}
