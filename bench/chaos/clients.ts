import { setTimeout as sleep } from 'node:timers/promises';
import { type Dice, throwDice } from '../../fuzz/dice.ts';
import type { SoakRequest } from '../soak/soak-requests.ts';
import type { Exchange } from './exchange.ts';
import { HABITS } from './habits.ts';
import { pickWeighted } from './pick.ts';
import type { Questions } from './questions.ts';

export interface ClientSettings {
  port: number;
  seed: number;
  count: number;
  questions: Questions;
  hostile: readonly SoakRequest[];
  deadlineMs: number;
  bodyTimeoutMs: number;
  onExchange(exchange: Exchange): void;
}

/** What a habit has to do with. */
export interface Client extends Omit<ClientSettings, 'count' | 'seed'> {
  dice: Dice;
  /** Each has its own: clients take turns by it. */
  address: string;
  nextId(): string;
}

export interface Clients {
  /** Resolves when nothing is under way. */
  rest(): Promise<void>;
  goOn(): void;
  /** For ever. */
  stop(): Promise<void>;
}

/** So many clients, each of which goes from one habit to the next. */
export function startClients(settings: ClientSettings): Clients {
  let stopped = false;
  let resting = false;
  let wake = () => {};
  let woken = Promise.resolve();
  let busy = 0;
  let onIdle = () => {};

  async function live(number: number): Promise<void> {
    const dice = throwDice(settings.seed, number);
    let asked = 0;
    const nextId = () => `chaos-${number}-${asked++}`;
    const client: Client = { ...settings, dice, nextId, address: `127.0.0.${2 + (number % 250)}` };
    while (!stopped) {
      if (resting) {
        await woken;
        continue;
      }
      busy += 1;
      await pickWeighted(dice, HABITS).act(client);
      busy -= 1;
      if (busy === 0) onIdle();
      await sleep(dice.int(dice.chance(0.2) ? 1000 : 100));
    }
  }

  const lives = Promise.all(Array.from({ length: settings.count }, (_, number) => live(number)));
  lives.catch(() => {}); // awaited in stop()
  return {
    async rest() {
      resting = true;
      woken = new Promise(resolve => {
        wake = resolve;
      });
      if (busy > 0) {
        await new Promise<void>(resolve => {
          onIdle = resolve;
        });
      }
    },
    goOn() {
      resting = false;
      wake();
    },
    async stop() {
      stopped = true;
      wake();
      await lives;
    },
  };
}
