import { setTimeout as sleep } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import { type DetectionSource, RefusedPicture } from './detection-source.ts';
import type { CommandOptions } from './options.ts';
import type { PictureRecord } from './record.ts';

const LANES = 8;
const ATTEMPTS = 30;
const LONGEST_PAUSE_S = 10;
const ANSWER_MS = 120_000;
/** These are of the service, not of the picture: tried again. */
const BUSY = new Set([408, 429, 502, 503, 504]);
/** These are of the picture. */
const REFUSALS = new Set([413, 415, 422, 500]);
/** The options were right for its detections: what is wrong is drawing it, one that no JPEG can hold. */
const DRAWING_REFUSALS = new Set([...REFUSALS, 400]);

interface ModelList {
  models: { name: string; version: string; provider?: string; labels: string[] }[];
}

/** A running service. Busy ones are waited for; one that cannot be reached ends the run. Rejects with the signal's reason, too. */
export async function openServerSource(options: CommandOptions, opening: AbortSignal): Promise<DetectionSource> {
  const base = options.server!.replace(/\/+$/, '');
  const headers = options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` };
  const models = await readModels();
  const model = options.model === undefined ? models[0] : models.find(({ name }) => name === options.model);
  if (model === undefined) {
    const served = models.map(({ name }) => name).join(', ');
    throw new CliError(`${base} has no model "${options.model}"; it has ${served}.`);
  }
  const query = new URLSearchParams({
    model: model.name,
    score_threshold: String(options.threshold),
    max_detections: String(options.max),
    ...(options.classes && { classes: options.classes.join(',') }),
  });

  async function readModels(): Promise<ModelList['models']> {
    try {
      const { models } = JSON.parse(await ask('/models', { headers }, opening, readText)) as Partial<ModelList>;
      if (Array.isArray(models)) return models;
    } catch (error) {
      opening.throwIfAborted();
      if (error instanceof CliError) throw error;
      if (error instanceof RefusedPicture) throw new CliError(`${base} answers: ${error.message}`, { cause: error });
    }
    throw new CliError(`${base} is no gfl-serve: its /models is no list of models.`);
  }

  /** Tried again with the answer's body, which a service that ends can cut. */
  async function ask<T>(
    path: string,
    init: RequestInit,
    signal: AbortSignal,
    read: (answer: Response) => Promise<T>,
    refusals = REFUSALS,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      let pauseS = 1;
      try {
        const answer = await fetch(`${base}${path}`, {
          ...init,
          signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
        });
        if (answer.ok) return await read(answer);
        const detail = await problemOf(answer);
        if (refusals.has(answer.status)) throw new RefusedPicture(detail);
        if (answer.status === 401) {
          throw new CliError(`${base} answers: ${detail} It is given with --api-key or in GFL_API_KEY.`);
        }
        if (!BUSY.has(answer.status) || attempt === ATTEMPTS) throw new CliError(`${base} answers: ${detail}`);
        const wanted = Number(answer.headers.get('retry-after') ?? 1);
        if (wanted >= 0) pauseS = wanted; // a proxy may give a date
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof RefusedPicture || error instanceof CliError) throw error;
        const { cause, message } = error as Error & { cause?: Error };
        const why = cause?.message || (cause as NodeJS.ErrnoException | undefined)?.code || message;
        // A service that restarts is back in seconds.
        if (attempt >= 3) throw new CliError(`${base} cannot be asked: ${why}.`, { cause: error });
      }
      await sleep(1000 * Math.min(LONGEST_PAUSE_S, pauseS), undefined, { signal });
    }
  }

  function parseAnswer(text: string): PictureRecord {
    try {
      return JSON.parse(text) as PictureRecord;
    } catch (cause) {
      throw new CliError(`${base} answers with what is no JSON.`, { cause });
    }
  }

  function upload(bytes: Buffer, accept: string): RequestInit {
    const type = { accept, 'content-type': 'application/octet-stream' };
    return { method: 'POST', headers: { ...headers, ...type }, body: new Uint8Array(bytes) };
  }

  return {
    model,
    labels: model.labels,
    lanes: LANES,
    async detect(file, bytes, signal) {
      const asked = `/detect?${query}`;
      const answer = parseAnswer(await ask(asked, upload(bytes, 'application/json'), signal, readText));
      const record = { file, model: answer.model, image: answer.image, detections: answer.detections };
      if (!options.annotate) return { record };
      const drawn = upload(bytes, 'image/jpeg');
      const annotated = await ask(`${asked}&bands=${options.bands}`, drawn, signal, readBytes, DRAWING_REFUSALS);
      return { record, annotated };
    },
    close: async () => {},
  };
}

async function readText(answer: Response): Promise<string> {
  return answer.text();
}

async function readBytes(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

async function problemOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // Not one of ours: a proxy, perhaps.
  }
  return `${answer.status} ${answer.statusText}.`;
}
