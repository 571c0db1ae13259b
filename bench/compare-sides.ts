import { compareDetections, type Found } from './agreement.ts';
import { askSide } from './ask-side.ts';
import type { PictureRequest } from './load/connection.ts';
import { describeAgreement } from './report/agreement.ts';
import type { ServerSide } from './sides/side.ts';
import { SIDES } from './sides/side-names.ts';

const SCORE_THRESHOLD = 0.25;

/**
 * Sentences on how far the sides find the same. Also warms every side up: it answers all these pictures.
 *
 * @param square name of the service that does the peer's work
 */
export async function compareSides(
  servers: readonly ServerSide[],
  square: string,
  requests: readonly PictureRequest[],
): Promise<string[]> {
  const answers = new Map<string, Found[][]>();
  for (const { name, urls, request } of servers) {
    const own = requests.map(one => request?.(one) ?? one);
    answers.set(name, await askSide(urls, own, `score_threshold=${SCORE_THRESHOLD}`));
  }
  const peer = servers.find(({ name }) => name === SIDES.peer);
  const family = peer && (await askSide(peer.urls, requests, 'sampling=family'));

  const ours = answers.get(square)!;
  const compare = (name: string, other: Found[][] | undefined) =>
    other === undefined ? [] : [describeAgreement(square, name, compareDetections(ours, other, SCORE_THRESHOLD))];
  return [
    ...compare("the peer sampling as the model's own code does", family),
    ...compare('the peer as it is timed, with cv2.resize', answers.get(SIDES.peer)),
    ...(square === SIDES.service ? [] : compare('the service with rectangular input', answers.get(SIDES.service))),
  ];
}
