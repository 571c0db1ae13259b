import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { eachInParallel } from '../each-in-parallel.ts';
import { createProgress, type ProgressOutput } from '../progress.ts';
import { type DetectionSource, RefusedPicture } from './detection-source.ts';
import { checkPlaces, findPictures, type PictureSource } from './find-pictures.ts';
import { openLocalSource } from './local-source.ts';
import type { CommandOptions } from './options.ts';
import { annotatedFolder, openOutput } from './output.ts';
import { openServerSource } from './server-source.ts';
import { untilAborted } from './until-aborted.ts';

export interface DetectSummary {
  done: number;
  /** Had from an earlier run. */
  had: number;
  refused: number;
  /** Folders that could not be searched. */
  unreadable: number;
}

/**
 * All pictures of the arguments into the output. Ends early when `signal` is aborted, with a complete output of what
 * was done. Throws `CliError`.
 */
export async function runDetect(
  options: CommandOptions,
  stderr: ProgressOutput,
  signal: AbortSignal,
): Promise<DetectSummary> {
  const own = options.annotate ? annotatedFolder(options) : undefined;
  const { pictures, unreadable } = await findPictures(options.inputs, own);
  if (options.annotate || options.format === 'yolo') checkPlaces(pictures);
  let say: (line: string) => void = line => stderr.write(`${line}\n`);
  for (const { folder, reason } of unreadable) say(`${folder}: The folder cannot be read: ${reason}.`);
  const opened =
    options.server === undefined ? openLocalSource(options, line => say(line)) : openServerSource(options, signal);
  const source = await opened.catch(error => {
    if (!signal.aborted) throw error;
  });
  if (source === undefined) return { done: 0, had: 0, refused: 0, unreadable: unreadable.length };
  try {
    const output = await openOutput({ options, pictures, source }, process.stdout);
    // Standard input is another picture each time, whose results take the place of the last.
    const had = await Promise.all(pictures.map(picture => picture.file !== '-' && output.has(picture)));
    const missing = pictures.filter((_, i) => !had[i]);
    const summary: DetectSummary = {
      done: 0,
      had: pictures.length - missing.length,
      refused: 0,
      unreadable: unreadable.length,
    };
    if (summary.had > 0) say(`${summary.had} of ${pictures.length} pictures are there already.`);
    const progress = createProgress(stderr, 'pictures', missing.length);
    say = progress.say;
    try {
      await eachInParallel(missing, source.lanes, async picture => {
        if (signal.aborted) return;
        try {
          const { record, annotated } = await detectFile(source, picture, signal);
          await output.add(picture, record, annotated);
          summary.done += 1;
        } catch (error) {
          if (signal.aborted) return;
          if (!(error instanceof RefusedPicture)) throw error;
          progress.say(`${picture.file}: ${error.message}`);
          output.skip(picture);
          summary.refused += 1;
        }
        progress.update(summary.done + summary.refused);
      });
    } finally {
      progress.end();
      // Whatever went wrong with one, what was done is kept.
      await output.finish();
    }
    return summary;
  } finally {
    await source.close();
  }
}

async function detectFile(source: DetectionSource, { file }: PictureSource, signal: AbortSignal) {
  // A FIFO or a terminal may never end, and its reading cannot be taken back.
  const bytes = await untilAborted(file === '-' ? buffer(process.stdin) : readFile(file), signal).catch(cause => {
    signal.throwIfAborted();
    throw new RefusedPicture(`It cannot be read: ${cause.message}.`, { cause });
  });
  if (bytes.length === 0) throw new RefusedPicture('It is empty.');
  return source.detect(file, bytes, signal);
}
