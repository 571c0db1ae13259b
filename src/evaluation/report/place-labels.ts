export interface LabelWanted {
  text: string;
  /** The box it names: x, y, width, height. */
  bbox: readonly [number, number, number, number];
}

export interface PlacedLabel {
  text: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Mean width of a letter of a bold sans serif, in its size; a little generous. */
const LETTER = 0.57;
const LINE = 1.3;

/**
 * Labels at their boxes' upper left corners (above, else inside, else at another corner), none over another and all within
 * the picture. `undefined` for one that finds no room: the first have the choice.
 *
 * @param fontSize in the picture's pixels
 */
export function placeLabels(
  wanted: readonly LabelWanted[],
  picture: { width: number; height: number },
  fontSize: number,
): (PlacedLabel | undefined)[] {
  const taken: PlacedLabel[] = [];
  return wanted.map(({ text, bbox: [x, y, w, h] }) => {
    const [width, height] = [(text.length + 1) * LETTER * fontSize, LINE * fontSize];
    const within = (position: number, room: number) => Math.max(0, Math.min(position, room));
    const candidates = [
      [x, y - height],
      [x, y],
      [x + w - width, y - height],
      [x + w - width, y],
      [x, y + h - height],
      [x + w - width, y + h - height],
      [x, y + h],
    ].map(([left, top]): PlacedLabel => {
      return { text, x: within(left!, picture.width - width), y: within(top!, picture.height - height), width, height };
    });
    const free = candidates.find(candidate => !taken.some(other => overlap(candidate, other)));
    if (free !== undefined) taken.push(free);
    return free;
  });
}

function overlap(a: PlacedLabel, b: PlacedLabel): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
