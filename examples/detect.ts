/**
 * Finds objects in pictures with gfl-serve, all of them in one request: node detect.ts PICTURE...
 * Needs the package gfl-serve. SERVER and API_KEY come from the environment. Node.js before 22.18 wants it compiled first.
 */
import { readFile } from 'node:fs/promises';
import { createClient, isProblem, ProblemError } from 'gfl-serve/client';

const { SERVER = 'http://127.0.0.1:8080', API_KEY } = process.env;
const client = createClient({ baseUrl: SERVER, ...(API_KEY !== undefined && { apiKey: API_KEY }) });

const paths = process.argv.slice(2);
const pictures = await Promise.all(paths.map(async path => new Uint8Array(await readFile(path))));
try {
  const results = await client.detectBatch(pictures, { score_threshold: 0.4, signal: AbortSignal.timeout(60_000) });
  results.forEach((result, index) => {
    if (isProblem(result)) {
      console.error(`${paths[index]}: ${result.code}: ${result.detail}`);
      process.exitCode = 1;
      return;
    }
    for (const { label, score, box, uncertainty } of result.detections) {
      const corners = [box.x1, box.y1, box.x2, box.y2].map(Math.round).join(', ');
      const widest = uncertainty === undefined ? 0 : Math.max(...Object.values(uncertainty));
      console.log(
        `${paths[index]}: ${label} ${score.toFixed(2)} at [${corners}], edges within ${widest.toFixed(0)} pixels`,
      );
    }
  });
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
