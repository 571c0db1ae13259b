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
  const entries = [...text.matchAll(/(\d+): (?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)];
  const names = entries.map(([, , single, double]) => unescaped(single ?? double ?? ''));
  const inOrder = entries.every(([, index], i) => Number(index) === i);
  const named = names.length > 0 && !names.includes('');
  return named && inOrder && new Set(names).size === names.length ? names : undefined;
}

/** Python writes what is not printed, and the quote it is within, as escapes: `it\'s`, `\xa0`, `\u200b`. A name is one line. */
function unescaped(text: string): string {
  return text
    .replace(/\\(?:x([\da-f]{2})|u([\da-f]{4})|U(00(?:0[\da-f]|10)[\da-f]{4})|(.))/g, (_, x, u, wide, one) => {
      if (one !== undefined) return 'nrt'.includes(one) ? ' ' : one;
      const code = Number.parseInt(x ?? u ?? wide, 16);
      return code < 32 ? ' ' : String.fromCodePoint(code);
    })
    .trim();
}

/** A Python list, height first: `[480, 640]`; or one number for both. */
function readSize(text: string | undefined): UltralyticsMetadata['size'] {
  const match = /^[[(]?\s*(\d{2,4})(?:\s*,\s*(\d{2,4}))?\s*[\])]?$/.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [height, width] = [Number(match[1]), Number(match[2] ?? match[1])];
  const isSide = (side: number) => side >= 32 && side <= 4096;
  return isSide(height) && isSide(width) ? { width, height } : undefined;
}
