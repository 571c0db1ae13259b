import type { Answer } from '../api/answer.ts';
import { detect } from '../api/client.ts';
import { ServiceProblem } from '../api/service-problem.ts';
import { followBox } from '../state/follow-box.ts';
import { pause } from '../state/pause.ts';
import { addPictures, NOTHING_MARKED } from '../state/pictures.ts';
import { refused } from '../state/refused.ts';
import type { Live } from '../state/state.ts';
import type { Store } from '../state/store.ts';
import { byId } from './by-id.ts';
import { focusHeading } from './focus-heading.ts';
import { focusSoon } from './focus-soon.ts';
import { emptyFrame, grabFrame, toJpeg } from './grab-frame.ts';

const PAUSE_AFTER_PROBLEM_MS = 1000;
/** Weight of the newest interval in the shown rate. */
const SMOOTHING = 0.2;

export interface Camera {
  /** Asks for the camera, and shows what is found or why there is none. */
  start(): void;
}

/** Detects on the camera's pictures, one after the other: every box is drawn on the very frame it was found in. */
export function createCamera(store: Store): Camera {
  const stopButton = byId('stop-camera', HTMLButtonElement);
  const keepButton = byId('keep-frame', HTMLButtonElement);
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  /** Of the live view: its abort lets the camera go and takes the request back. */
  let running: AbortController | undefined;
  /** The browser asks its user, or the camera wakes up: a second click is the same wish. */
  let opening = false;
  /** How often it was wished for. */
  let asked = 0;

  async function start(): Promise<void> {
    const mine = ++asked;
    if (opening) return;
    opening = true;
    const isAgain = store.get().live?.problem !== undefined;
    if (isAgain) {
      show({ frame: emptyFrame() }); // the same words are news
      focusSoon(stopButton);
    }
    // Stopped while the browser asked, and not wished for again since.
    const isUnwanted = () => isAgain && asked === mine && store.get().live === undefined;
    let stream: MediaStream;
    try {
      stream = await open();
    } catch (error) {
      if (isUnwanted()) return;
      show({ frame: emptyFrame(), problem: cameraProblem(error as DOMException) });
      focusSoon(stopButton);
      return;
    } finally {
      opening = false;
    }
    if (isUnwanted()) {
      release(stream); // Stop was pressed while the browser asked
      return;
    }
    end();
    running = new AbortController();
    const { signal } = running;
    signal.addEventListener('abort', () => release(stream));
    try {
      video.srcObject = stream;
      await video.play();
      signal.throwIfAborted();
      show({ frame: grabFrame(video) });
      focusSoon(stopButton);
      await look(stream, signal);
    } catch (error) {
      if (signal.aborted) return; // it was stopped before it played
      stop();
      show({ frame: emptyFrame(), problem: cameraProblem(error as DOMException) });
    }
  }

  function show(change: Partial<Live> & { frame: HTMLCanvasElement }): void {
    const nothing = { answer: undefined, roundTripMs: 0, framesPerSecond: undefined, problem: undefined };
    const marked = store.get().live === undefined ? NOTHING_MARKED : {};
    store.set({ live: { ...nothing, ...store.get().live, problem: undefined, ...change }, ...marked });
  }

  /** Goes on until it is aborted. Throws `DOMException` when the camera has ended by itself. */
  async function look(stream: MediaStream, signal: AbortSignal): Promise<void> {
    let intervalMs: number | undefined;
    while (!signal.aborted) {
      // The video would show its last frame for ever.
      if (!stream.active) throw new DOMException('', 'EndedError');
      const startedAt = performance.now();
      if (document.hidden) {
        await pause(PAUSE_AFTER_PROBLEM_MS);
        continue;
      }
      const frame = grabFrame(video);
      try {
        const { model, key } = store.get();
        const detected = await detect({ picture: await toJpeg(frame), name: 'frame.jpg', model, key, signal });
        if (signal.aborted) return;
        const took = performance.now() - startedAt;
        intervalMs = intervalMs === undefined ? took : intervalMs + SMOOTHING * (took - intervalMs);
        follow(detected.answer);
        show({ frame, ...detected, framesPerSecond: 1000 / intervalMs });
      } catch (error) {
        if (signal.aborted) return;
        const problem = error as ServiceProblem;
        // Once, not with every frame.
        if (problem.code === 'unauthorized' && store.get().live?.problem === undefined) refused(store);
        show({ frame, answer: undefined, problem });
        await pause(1000 * (problem.retryAfterS ?? 0) || PAUSE_AFTER_PROBLEM_MS);
      }
    }
  }

  /** Another frame has other boxes: what is looked at is looked for among them. */
  function follow(next: Answer): void {
    const { live, marked } = store.get();
    const looked = marked === undefined ? undefined : live?.answer?.detections[marked];
    const again = looked && followBox(looked, next);
    store.set(again === undefined ? NOTHING_MARKED : { marked: again });
  }

  function end(): void {
    running?.abort();
    running = undefined;
    video.srcObject = null;
  }

  function stop(): void {
    end();
    store.set({ live: undefined, ...NOTHING_MARKED });
  }

  async function keep(): Promise<void> {
    const { live } = store.get();
    if (live?.answer === undefined) return;
    const { frame, answer, roundTripMs } = live;
    const blob = await toJpeg(frame);
    stop();
    const name = `camera-${new Date().toTimeString().slice(0, 8).replaceAll(':', '')}.jpg`;
    addPictures(store, [{ name, blob, status: { kind: 'done', answer, roundTripMs } }]);
    focusHeading(store);
  }

  let wasLive = false;
  // A picture that is chosen instead ends the live view, whatever is still on its way.
  store.watch(({ live }) => {
    if (wasLive && live === undefined) end();
    wasLive = live !== undefined;
    const isOver = live?.problem?.code === 'camera';
    if (isOver && document.activeElement === keepButton) focusSoon(stopButton);
    keepButton.hidden = isOver;
  });

  for (const button of document.querySelectorAll('[data-action=camera]')) {
    button.addEventListener('click', () => void start());
  }
  stopButton.addEventListener('click', () => {
    stop();
    focusHeading(store);
  });
  keepButton.addEventListener('click', () => void keep());
  return { start: () => void start() };
}

/** Throws `DOMException`. */
async function open(): Promise<MediaStream> {
  if (navigator.mediaDevices === undefined) throw new DOMException('', 'NotSupportedError');
  const wanted = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function cameraProblem({ name, message }: DOMException): ServiceProblem {
  const sentences: Record<string, string> = {
    NotAllowedError: 'The browser was not allowed to use it. Allow the camera for this page and try again.',
    NotFoundError: 'This device has none that the browser can see.',
    EndedError: 'It was unplugged, or this page may not use it any more.',
    NotReadableError: 'Another program is using it.',
    NotSupportedError: 'Browsers give the camera to pages over HTTPS or on localhost only.',
  };
  return new ServiceProblem(sentences[name] ?? message, { code: 'camera', title: 'No camera' });
}
