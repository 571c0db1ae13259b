import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { DetectResult } from '../../src/detector/index.ts';
import { openPictureInbox } from '../../src/engine/picture-pipe.ts';
import { progressNotes } from '../../src/engine/progress.ts';
import {
  type EngineAnswer,
  type EngineStart,
  type FromEngine,
  NOT_WANTED,
  type ToEngine,
} from '../../src/engine/protocol.ts';
import type { ErrorCode } from '../../src/errors.ts';

/** An engine process without a detector: the manifest path says how it starts, the bytes of a picture what it does. */

let start: EngineStart;
const cancelled: number[] = [];
let alone = false;
const pictures = openPictureInbox();
const note = progressNotes();

function send(message: FromEngine): void {
  process.send?.(message);
}

/** A result that carries `text` as the label of its only detection. */
function saying(text: string): EngineAnswer['outcome'] {
  const result: DetectResult = {
    image: { width: 1, height: 1 },
    orientation: 1,
    detections: [{ classId: 0, label: text, score: 1, box: { x1: 0, y1: 0, x2: 1, y2: 1 } }],
    timings: { image: 0, tensor: 0, inference: 0, gfl: 0, nms: 0 },
    batchSize: 1,
  };
  return { ok: true, result };
}

/** Nice value of every thread of this process (proc(5), stat field 19). */
function niceness(): string {
  const threads = readdirSync('/proc/self/task');
  const values = threads.map(id => readFileSync(`/proc/self/task/${id}/stat`, 'utf8').split(') ')[1]?.split(' ')[16]);
  return [...new Set(values)].join();
}

function ready(version: string, cannotKeep: string[] = []): void {
  send({
    type: 'ready',
    models: [{ name: 'fake', version, provider: 'cuda', inputShape: 'fixed', sha256: '0' }],
    cannotKeep,
    notes: [],
  });
}

/** By the first half of the manifest path; the second half is `text`. */
const starts: Record<string, (text: string) => void> = {
  ready: () => ready('1'),
  fail: text => send({ type: 'failed', message: text }),
  'complain and exit': text => {
    process.stderr.write(`${text}\n`);
    process.exit(7);
  },
  'cannot keep': () => ready('1', start.manifestPaths.slice(1)),
  'never ready': () => {},
  'ready once': memory => {
    if (existsSync(memory)) return send({ type: 'failed', message: 'not again' });
    writeFileSync(memory, '');
    ready('1');
  },
  'other model every time': () => ready(String(process.pid)),
};

/** By the first word of the picture: what the fake says at once. */
const sayings: Record<string, (word: string) => string> = {
  say: word => word,
  pid: () => String(process.pid),
  nice: niceness,
  'oom-score': () => readFileSync('/proc/self/oom_score_adj', 'utf8').trim(),
  env: name => process.env[name] ?? 'not set',
  provider: () => start.provider,
  'cannot-keep': () => start.cannotKeep.join(),
  cancelled: () => String(cancelled.length),
  alone: () => `${alone}, ${start.threadsWhenAlone} threads`,
};

/** These have not been begun, or only been decoded; all others are at work at once. */
const RESTING = { 'not-begun': undefined, decoded: 'waiting' } as const;

/** By the first word of the picture: everything else it can do. */
const deeds: Record<string, (word: string, answer: (outcome: EngineAnswer['outcome']) => void, id: number) => void> = {
  wait: (ms, answer) => setTimeout(() => answer(saying(ms)), Number(ms)),
  refuse: (code, answer) =>
    answer({ ok: false, code: code as ErrorCode, message: 'for the caller', detail: 'for the log' }),
  short: (_, answer) =>
    answer({ ok: false, code: 'unavailable', message: 'send it again', detail: 'std::bad_alloc', isShort: true }),
  never: () => {},
  'until-cancelled': (_, answer, id) => {
    const look = setInterval(() => {
      if (!cancelled.includes(id)) return;
      clearInterval(look);
      answer(NOT_WANTED);
    }, 50);
  },
  draw: (ms, answer, id) => {
    send({ type: 'drawing', id });
    setTimeout(() => answer(saying(ms)), Number(ms));
  },
  // Says so every tenth of a second, as one that draws for so long.
  'draw-on': (ms, answer, id) => {
    const timer = setInterval(() => send({ type: 'drawing', id }), 100);
    setTimeout(() => {
      clearInterval(timer);
      answer(saying(ms));
    }, Number(ms));
  },
  // Answered only by an engine that it comes to second.
  'not-begun': (word, answer) => onlyInSecond(word, answer),
  decoded: (word, answer) => onlyInSecond(word, answer),
  spin: () => {
    for (;;);
  },
  'answer-then-die': (word, answer) => {
    answer(saying(word));
    process.exit(0);
  },
  exit: code => process.exit(Number(code)),
  disconnect: () => {
    process.removeAllListeners('disconnect');
    process.disconnect();
    setInterval(() => {}, 1000);
  },
  signal: name => process.kill(process.pid, name),
  heap: () => {
    // V8's own last words
    process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n');
    process.kill(process.pid, 'SIGABRT');
  },
};

/** `word` is a file that remembers; without one there is no answer. */
function onlyInSecond(word: string, answer: (outcome: EngineAnswer['outcome']) => void): void {
  if (word === '') return;
  if (existsSync(word)) answer(saying(`inside: ${inside}`));
  else writeFileSync(word, '');
}

let inside = 0;

function work(id: number, order: string): void {
  inside += 1;
  const [verb = '', word = ''] = order.split(' ');
  const rests = verb in RESTING ? RESTING[verb as keyof typeof RESTING] : 'running';
  if (rests !== undefined) note(id, rests);
  const answer = (outcome: EngineAnswer['outcome']) => send({ type: 'answer', id, outcome });
  const says = sayings[verb];
  if (says) answer(saying(says(word)));
  else deeds[verb]!(word, answer, id);
}

process.on('message', (message: ToEngine) => {
  if (message.type === 'start') {
    start = message;
    const [behaviour = '', text = ''] = (message.manifestPaths[0] ?? '').split('|');
    starts[behaviour]!(text);
  } else if (message.type === 'job') {
    const { id } = message;
    alone = message.alone;
    void pictures.take(id).then(bytes => work(id, Buffer.from(bytes).toString()));
  } else if (message.type === 'cancel') cancelled.push(message.id);
  else process.exit(0);
});
process.on('disconnect', () => process.exit(0));

new Worker(new URL('../../src/engine/parent-watch.js', import.meta.url), {
  workerData: { parent: Number(process.argv[2]) },
});
