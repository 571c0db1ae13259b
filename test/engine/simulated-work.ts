import { createBatcher } from '../../src/engine/batcher.ts';
import type { PictureState } from '../../src/engine/progress.ts';
import { type EngineAnswer, NOT_WANTED } from '../../src/engine/protocol.ts';
import type { Chance } from '../support/random-history.ts';

/** A picture, from when it was sent until its answer arrives. */
export interface Inside {
  id: number;
  model: string;
  bytes?: Buffer;
  /** What it read. */
  text?: string;
  state: PictureState;
  /** Its detections are there, as the parent has heard. */
  drawing: boolean;
  answered: boolean;
  /** When it was sent. */
  since: number;
}

export interface WorkOptions {
  maxBatch: number;
  /** Never ends once the child is dead or hangs. */
  forAWhile(ms: number): Promise<void>;
  isWanted(picture: Inside): boolean;
  /** Notes it. False when the child does nothing any more. */
  reached(picture: Inside, state: PictureState): boolean;
  draws(picture: Inside): void;
  answer(picture: Inside, outcome: EngineAnswer['outcome']): void;
  die(): void;
  hang(): void;
}

/**
 * What an engine does with pictures, without any: it takes its time. The first word of a picture says what it does to the engine: `say`, `slow`,
 * `refuse`, `bug`, `draw`, `stuck`, or `die` or `hang` with the state in which it does.
 *
 * @returns begins with a picture that was read
 */
export function simulatedWork(chance: Chance, options: WorkOptions): (picture: Inside) => Promise<void> {
  const { maxBatch, forAWhile, isWanted, reached, draws, answer, die, hang } = options;

  /** The picture is in this state now, and perhaps ends the child by it. */
  function reach(picture: Inside, state: PictureState): void {
    if (!reached(picture, state)) return;
    picture.state = state;
    const [verb, when] = picture.text!.split(' ');
    if (when !== state) return;
    if (verb === 'die') die();
    if (verb === 'hang') hang();
  }

  const batcher = createBatcher<Inside, void>({
    maxBatch,
    keyOf: ({ model }) => model,
    isWanted,
    async run(batch) {
      for (const picture of batch) reach(picture, 'running');
      const slow = batch.some(({ text }) => text!.startsWith('slow'));
      await forAWhile(slow ? chance.between(100, 700) : chance.between(5, 50));
      return batch.map(() => undefined);
    },
  });

  return async picture => {
    const text = picture.text!;
    if (!isWanted(picture)) return answer(picture, NOT_WANTED);
    reach(picture, 'decoding');
    if (text.startsWith('stuck')) return;
    await forAWhile(chance.between(1, 20));
    if (text.startsWith('refuse')) return answer(picture, { ok: false, code: 'unprocessable_image', message: text });
    reach(picture, 'waiting');
    await batcher.add(picture);
    if (!isWanted(picture) && picture.state === 'waiting') return answer(picture, NOT_WANTED);
    if (text.startsWith('bug')) return answer(picture, { ok: false, code: 'internal', message: text });
    if (text.includes('draw') || text.includes('annotating')) {
      reach(picture, 'waiting');
      draws(picture);
      await forAWhile(chance.between(0, 50));
      reach(picture, 'annotating');
      await forAWhile(chance.between(10, 200));
    }
    answer(picture, { ok: true, result: { label: text } as never });
  };
}
