import { eachInParallel } from '../src/cli/each-in-parallel.ts';
import type { Found } from './agreement.ts';
import { openConnection, type PictureRequest } from './load/connection.ts';

const WIDTH = 8;

/**
 * Detections of every picture, (pictures, detections).
 *
 * @param query added to the path
 */
export async function askSide(
  urls: readonly string[],
  requests: readonly PictureRequest[],
  query: string,
): Promise<Found[][]> {
  const connections = urls.map(url => openConnection(url, WIDTH));
  const answers: Found[][] = [];
  try {
    await eachInParallel([...requests.entries()], WIDTH, async ([index, request]) => {
      const connection = connections[index % connections.length]!;
      const { body } = await connection.post({ ...request, path: `${request.path}?${query}` });
      answers[index] = (JSON.parse(body.toString()) as { detections: Found[] }).detections;
    });
  } finally {
    for (const connection of connections) connection.close();
  }
  return answers;
}
