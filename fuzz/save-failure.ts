import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Judged } from './run-cases.ts';

/** The command that runs one case again. */
export function replayCommand(seed: number, index: number): string {
  return `npm run fuzz -- --seed ${seed} --case ${index}`;
}

/** Writes the request that failed, byte by byte, and what is known of it. Answers the path of the request. */
export async function saveFailure(folder: string, seed: number, { one, exchange, flaws }: Judged): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${seed}-${one.index}.request`);
  await writeFile(file, one.request);
  const answer = exchange.answer && { ...exchange.answer, body: exchange.answer.body.toString() };
  const record = {
    kind: one.kind,
    what: one.what,
    flaws,
    replay: replayCommand(seed, one.index),
    ms: exchange.ms,
    answer,
  };
  await writeFile(`${file}.json`, `${JSON.stringify(record, null, 2)}\n`);
  return file;
}
