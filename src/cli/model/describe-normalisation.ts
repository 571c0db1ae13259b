import type { GraphInspection } from '../../detector/authoring.ts';

/** For people. */
export function describeNormalisation({
  range,
  colour,
}: NonNullable<GraphInspection['graph']['normalisation']>): string {
  return `takes values of 0 to ${range}${colour === undefined ? '' : `, ${colour},`} and normalises them itself`;
}
