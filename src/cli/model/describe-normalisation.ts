import type { GraphInspection } from '../../detector/authoring.ts';

/** For people. */
export function describeNormalisation({
  range,
  colour,
  reversed,
}: NonNullable<GraphInspection['graph']['normalisation']>): string {
  if (range === undefined) return 'exchanges red and blue';
  const exchanges = reversed && colour === undefined ? 'exchanges red and blue, ' : '';
  return `${exchanges}takes values of 0 to ${range}${colour === undefined ? '' : `, ${colour},`} and normalises them itself`;
}
