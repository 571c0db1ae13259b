type Fields = Record<string, unknown>;

const EDGES = ['left', 'top', 'right', 'bottom'];

/**
 * What stands in an answer where a finite number must. JSON has no Infinity and no NaN: they come as null, which is >= 0 and
 * <= 1 to every comparison.
 */
export function numberFlaws({ image, detections, timings_ms: timings }: Fields): string[] {
  const flaws = numbersOf('image', image, ['width', 'height']);
  if (!Array.isArray(detections)) return [...flaws, 'no list of detections'];
  detections.forEach((detection: Fields | null, index) => {
    const { class_id, score, box, uncertainty, distribution } = detection ?? {};
    const where = `detections[${index}]`;
    flaws.push(...numbersOf(where, { class_id, score }, ['class_id', 'score']));
    flaws.push(...numbersOf(`${where}.box`, box, ['x1', 'y1', 'x2', 'y2']));
    if (uncertainty !== undefined) flaws.push(...numbersOf(`${where}.uncertainty`, uncertainty, EDGES));
    if (distribution !== undefined) flaws.push(...distributionFlaws(`${where}.distribution`, distribution));
  });
  if (timings !== undefined) flaws.push(...numbersOf('timings_ms', timings, ['queue', 'inference', 'total']));
  return flaws;
}

function distributionFlaws(where: string, distribution: unknown): string[] {
  const { origin, bin_size: binSize, ...edges } = (distribution ?? {}) as Fields;
  return [
    ...numbersOf(`${where}.origin`, origin, ['x', 'y']),
    ...numbersOf(`${where}.bin_size`, binSize, ['x', 'y']),
    ...EDGES.flatMap(edge => {
      const bins = edges[edge];
      if (!Array.isArray(bins) || bins.length === 0) return [`${where}.${edge} is ${JSON.stringify(bins)}`];
      return numbersOf(`${where}.${edge}`, bins, [...bins.keys()].map(String));
    }),
  ];
}

/** Every field must be a number, and those of these names must be there. */
function numbersOf(where: string, value: unknown, names: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [`${where} is ${JSON.stringify(value)}`];
  const fields = value as Fields;
  return [...new Set([...names, ...Object.keys(fields)])]
    .filter(name => !Number.isFinite(fields[name]))
    .map(name => `${where}.${name} is no number but ${JSON.stringify(fields[name])}`);
}
