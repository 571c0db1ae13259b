/** What Ultralytics' exporters write beside a graph, as far as it is read here. */
export interface UltralyticsMetadata {
  /** Of the classes, in the order of the scores. */
  names: string[] | undefined;
  /** `detect`, `segment`, `pose`, `obb`, `classify`. */
  task: string | undefined;
  /** Of the network input, pixels. */
  size: { width: number; height: number } | undefined;
}

export function ultralyticsMetadata({ names, task, imgsz }: Readonly<Record<string, string>>): UltralyticsMetadata {
  return { names: readNames(names), task: task?.trim() || undefined, size: readSize(imgsz) };
}

/** A Python dict: `{0: 'person', 1: "traffic light"}`. */
function readNames(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const entries = [...text.matchAll(/(\d+): (?:'([^']*)'|"([^"]*)")/g)];
  const names = entries.map(([, , single, double]) => single ?? double ?? '');
  const inOrder = entries.every(([, index], i) => Number(index) === i);
  return names.length > 0 && inOrder && new Set(names).size === names.length ? names : undefined;
}

/** A Python list, height first: `[480, 640]`; or one number for both. */
function readSize(text: string | undefined): UltralyticsMetadata['size'] {
  const match = /^[[(]?\s*(\d{2,4})(?:\s*,\s*(\d{2,4}))?\s*[\])]?$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [height, width] = [Number(match[1]), Number(match[2] ?? match[1])];
  const isSide = (side: number) => side >= 32 && side <= 4096;
  return isSide(height) && isSide(width) ? { width, height } : undefined;
}
