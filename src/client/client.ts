import type {
  AnnotateOptions,
  BatchResult,
  DetectionAnswer,
  DetectOptions,
  Model,
  Picture,
  RequestOptions,
} from './contract-types.ts';
import { type QueryOptions, queryOf } from './query-of.ts';
import { readJson, readPicture } from './read-answer.ts';
import { resendRefused } from './resend-refused.ts';
import { type RetryPolicy, send } from './send.ts';
import { within } from './within.ts';

/** Where the service is, and how it is asked. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`, with a path where a proxy adds one. In a browser `/` is the page's own origin. */
  baseUrl: string;
  /** One of the service's `API_KEYS`. */
  apiKey?: string;
  /** Repetitions of what the service answers with 429 or 503. Default 2. */
  retries?: number;
  /** A `Retry-After` longer than this is not waited for. Default 10,000. */
  maxRetryDelayMs?: number;
  /** Longest time of a whole call, with its repetitions and the reading of the answer. Default: none. */
  timeoutMs?: number;
  /** Instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/**
 * A service of gfl-serve. Every method rejects with `ProblemError` when the service says no, with the signal's reason when it
 * is aborted, with a `DOMException` named `TimeoutError` after `timeoutMs`, with what `fetch` rejects with when nobody answers,
 * and with `TypeError` for options that no request can say. What is in between and answers in its place is a `ProblemError`, too;
 * redirects are not followed.
 */
export interface Client {
  /** The objects in one picture, highest score first. */
  detect(picture: Picture, options?: DetectOptions & RequestOptions): Promise<DetectionAnswer>;
  /**
   * The picture itself, upright and in full size, with boxes and labels drawn on it, and soft bands along the edges with `bands`.
   *
   * @returns a blob of type `image/jpeg`, `image/png` or `image/webp`
   */
  annotate(picture: Picture, options?: AnnotateOptions & RequestOptions): Promise<Blob>;
  /**
   * A result or a problem for each picture, in order. One that fails does not fail the others; those that are refused for now are sent
   * again, as whole requests are.
   */
  detectBatch(pictures: readonly Picture[], options?: DetectOptions & RequestOptions): Promise<BatchResult[]>;
  /** The models that are served; the first answers requests that name none. */
  models(options?: RequestOptions): Promise<Model[]>;
}

/** A client of the service at `baseUrl`, for Node.js 20 and newer and for browsers: it needs nothing but `fetch`. */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, apiKey, retries = 2, maxRetryDelayMs = 10_000, timeoutMs } = options;
  const root = baseUrl.replace(/\/+$/, '');
  const policy = { retries, maxRetryDelayMs };

  function ask<T>(
    path: string,
    init: RequestInit,
    request: RequestOptions,
    read: (answer: Response) => Promise<T>,
  ): Promise<T> {
    return within(timeoutMs, request.signal, stop => askOnce(path, init, { ...request, signal: stop }, read, policy));
  }

  /** With repetitions, but without the limit on a whole call. */
  async function askOnce<T>(
    path: string,
    init: RequestInit,
    { signal, requestId }: { signal: AbortSignal | undefined; requestId?: string },
    read: (answer: Response) => Promise<T>,
    repeating: RetryPolicy,
  ): Promise<T> {
    const headers = new Headers(init.headers);
    if (apiKey !== undefined) headers.set('X-API-Key', apiKey);
    if (requestId !== undefined) headers.set('X-Request-Id', requestId);
    // A redirect that is followed would take the key to wherever it leads.
    const request = { ...init, headers, redirect: 'manual' as const, ...(signal && { signal }) };
    // Looked up at each call: pages and tests put their own in its place.
    return read(await send(() => (options.fetch ?? globalThis.fetch)(`${root}${path}`, request), repeating, signal));
  }

  function askJson<T>(path: string, init: RequestInit, request: RequestOptions): Promise<T> {
    return ask(path, init, request, readJson<T>);
  }

  return {
    async detect(picture, given = {}) {
      const { path, request } = split('/detect', given);
      const headers = { 'Content-Type': 'application/octet-stream' };
      return askJson(path, { method: 'POST', headers, body: picture }, request);
    },
    async annotate(picture, { format = 'jpeg', ...given } = {}) {
      const { path, request } = split('/detect', given);
      const headers = { 'Content-Type': 'application/octet-stream', Accept: `image/${format}` };
      return ask(path, { method: 'POST', headers, body: picture }, request, readPicture);
    },
    async detectBatch(pictures, given = {}) {
      const { path, request } = split('/detect/batch', given);
      return within(timeoutMs, request.signal, stop => {
        const send = async (some: readonly Picture[], repeating: RetryPolicy) => {
          const init = { method: 'POST', body: formOf(some) };
          const asked = { ...request, signal: stop };
          return (await askOnce(path, init, asked, readJson<{ results: BatchResult[] }>, repeating)).results;
        };
        return resendRefused(pictures, send, policy, stop);
      });
    },
    async models(request = {}) {
      const { models } = await askJson<{ models: Model[] }>('/models', {}, request);
      return models;
    },
  };
}

function formOf(pictures: readonly Picture[]): FormData {
  const form = new FormData();
  pictures.forEach((picture, index) => {
    form.append('image', picture instanceof Blob ? picture : new Blob([picture]), `${index}`);
  });
  return form;
}

function split(path: string, { signal, requestId, ...options }: QueryOptions & RequestOptions) {
  const query = queryOf(options);
  return {
    path: query === '' ? path : `${path}?${query}`,
    request: { ...(signal && { signal }), ...(requestId !== undefined && { requestId }) },
  };
}
