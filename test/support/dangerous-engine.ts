import { setTimeout as sleep } from 'node:timers/promises';
import { InferenceSession } from 'onnxruntime-node';
import sharp from 'sharp';
import { type Deed, deedInBytes, deedInTensor, HOLD_MS, WAIT_MS } from './dangerous-picture.ts';

/**
 * The real engine process, but ONNX Runtime and sharp do to it what dangerous pictures ask for. It says every picture that it
 * begins to decode.
 */

function doIt(deed: Deed): void {
  switch (deed) {
    case 'SIGSEGV':
    case 'SIGKILL':
      process.kill(process.pid, deed);
      break;
    case 'abort':
      process.abort();
      break;
    case 'loop':
      for (;;);
    case 'heap':
      for (const hoard: unknown[] = []; ; ) hoard.push(new Array(1e6).fill(hoard.length));
    case 'wait':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      break;
    case 'short':
      throw new Error('Failed to allocate memory for requested buffer of size 5537792');
  }
}

type Run = (this: unknown, feeds: InferenceSession.FeedsType, ...rest: unknown[]) => unknown;
// Its types do not show that it is a class.
const { prototype } = InferenceSession as unknown as { prototype: { run: Run } };
const { run } = prototype;
prototype.run = function (feeds, ...rest) {
  for (const { data } of Object.values(feeds)) {
    const deed = deedInTensor(data as Float32Array);
    if (deed === 'hold') return sleep(HOLD_MS).then(() => run.call(this, feeds, ...rest));
    if (deed !== undefined) doIt(deed);
  }
  return run.call(this, feeds, ...rest);
};

interface SharpInside {
  options: { input: { buffer: Buffer } };
}
const { toBuffer } = sharp.prototype;
sharp.prototype.toBuffer = function (this: SharpInside, ...rest: unknown[]) {
  process.stderr.write('decodes\n');
  const deed = deedInBytes(this.options.input.buffer);
  if (deed !== undefined) doIt(deed);
  return toBuffer.apply(this, rest);
};

await import('../../src/engine/engine-process.ts');
