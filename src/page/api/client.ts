import type { Answer, Model } from './answer.ts';
import { get, getJson, lost } from './get.ts';
import { emptyFile, readProblem, type ServiceProblem, unreachable, unreadableFile } from './service-problem.ts';

/**
 * Asked once for each picture, with the lowest threshold the page can show: what the slider and the chips hide is there already.
 * Suppression lets no box remove a better one, so leaving out low scores afterwards is what a higher threshold gives.
 */
export const ASKED_THRESHOLD = 0.1;
export const ASKED_MAX_DETECTIONS = 300;
/** By default a service cuts off a slow connection much earlier: what is not answered by then is lost. */
const TIMEOUT_MS = 180_000;

export interface DetectCall {
  picture: Blob;
  name: string;
  model: string | undefined;
  key: string | undefined;
  /** Called with the fraction of the body that was sent, 0 to 1. */
  onSent?: (fraction: number) => void;
  signal?: AbortSignal;
}

export interface Detected {
  answer: Answer;
  /** Milliseconds from the first byte sent to the last byte received. */
  roundTripMs: number;
}

/** `POST /detect`. By XMLHttpRequest, since `fetch` does not tell how much was sent. Throws `ServiceProblem`. */
export function detect({ picture, name, model, key, onSent, signal }: DetectCall): Promise<Detected> {
  if (picture.size === 0) return Promise.reject(emptyFile());
  if (signal?.aborted) return Promise.reject(unreachable());
  const form = new FormData();
  form.set('score_threshold', String(ASKED_THRESHOLD));
  form.set('max_detections', String(ASKED_MAX_DETECTIONS));
  form.set('include', 'distribution,timings');
  if (model !== undefined) form.set('model', model);
  form.set('image', picture, name);

  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const startedAt = performance.now();
    request.open('POST', 'detect');
    request.setRequestHeader('Accept', 'application/json, application/problem+json');
    if (key !== undefined) request.setRequestHeader('X-API-Key', key);
    request.upload.onprogress = ({ loaded, total }) => onSent?.(total > 0 ? loaded / total : 0);
    request.upload.onload = () => onSent?.(1);
    request.onload = () => {
      if (request.status !== 200) {
        reject(readProblem(request.status, request.responseText, request.getResponseHeader('Retry-After')));
        return;
      }
      try {
        const answer = JSON.parse(request.responseText) as Answer;
        resolve({ answer, roundTripMs: performance.now() - startedAt });
      } catch {
        reject(readProblem(request.status, '', null));
      }
    };
    request.onerror = () => void whyNotSent(picture).then(reject);
    request.timeout = TIMEOUT_MS;
    request.ontimeout = () => reject(unreachable());
    request.onabort = () => reject(unreachable());
    // The camera asks with one signal for hours: it must not collect what was answered.
    const abort = () => request.abort();
    signal?.addEventListener('abort', abort);
    request.onloadend = () => signal?.removeEventListener('abort', abort);
    request.send(form);
  });
}

/** Browsers tell a lost connection and a file that they cannot read by the same event. */
function whyNotSent(picture: Blob): Promise<ServiceProblem> {
  return picture.slice(0, 1).arrayBuffer().then(unreachable, unreadableFile);
}

/** `GET /models`; the default one is first. Throws `ServiceProblem`. */
export function listModels(key: string | undefined): Promise<Model[]> {
  return getJson('models', key, said => {
    const { models } = said as { models: unknown };
    return Array.isArray(models) ? (models as Model[]) : undefined;
  });
}

/** One of the pictures that come with the page. Throws `ServiceProblem`. */
export async function getExample(name: string): Promise<Blob> {
  return (await get(`page/samples/${name}`)).blob().catch(lost);
}
