import type { Size } from '../api/answer.ts';

/** The largest size of the same shape that has room, at most `mostScale` times the picture's own. */
export function fitInside(picture: Size, room: Size, mostScale: number): Size {
  const scale = Math.min(room.width / picture.width, room.height / picture.height, mostScale);
  return { width: Math.max(1, picture.width * scale), height: Math.max(1, picture.height * scale) };
}
