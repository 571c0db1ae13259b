/** Finds objects without a server: node library.ts MODEL.json PICTURE. Needs the package gfl-serve. */
import { readFile } from 'node:fs/promises';
import { createDetector, DetectorError } from 'gfl-serve';

const [manifest = 'models/nanodet-g/model.json', picture = 'samples/astronaut.jpg'] = process.argv.slice(2);
const detector = await createDetector(manifest, { provider: 'cpu' });
try {
  const { detections, timings } = await detector.detect(await readFile(picture), { scoreThreshold: 0.4 });
  for (const { label, score, box } of detections) console.log(label, score.toFixed(2), box);
  console.log(`inference took ${timings.inference.toFixed(0)} ms`);
} catch (error) {
  if (!(error instanceof DetectorError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await detector.close();
}
