import { createHash } from 'node:crypto';

/** Deaths after which a picture is refused. */
const DEATHS = 2;
/** From its last death on. */
const REMEMBERED_MS = 10 * 60_000;
const MAX_REMEMBERED = 1000;

/**
 * `free`: as any other. `isolated`: an engine has died with it inside; the next engine gets it without others, so that what happens tells.
 * `refused`: not given to any engine.
 */
export type Verdict = 'free' | 'isolated' | 'refused';

/** What tells a picture from others. */
export interface Fingerprint {
  hash: string;
  /** Its length. */
  bytes: number;
}

interface Suspect {
  /** Its length. */
  bytes: number;
  /** Engines that died with it inside. */
  deaths: number;
  /** An engine died with it alone inside, and nothing from outside ended it: an answer later does not make that forgotten. */
  certain: boolean;
  verdict: Verdict;
  /** When it is forgotten, on the clock of `createQuarantine`. */
  until: number;
}

export interface Quarantine {
  verdictOn(picture: Uint8Array): Verdict;
  /**
   * An engine died that had begun these pictures. `doubtful`: what ended it may have come from outside, as `kill -9` and a
   * stalled machine do.
   */
  died(pictures: readonly Fingerprint[], doubtful: boolean): void;
  /** An engine lived through this picture. */
  survived(picture: Uint8Array): void;
  /** Contents that are refused now. */
  readonly refused: number;
}

/**
 * Remembers the pictures that were inside engines that died, by their sha256: up to 1,000, for ten minutes. Each is isolated the next
 * time: if that engine dies as well the picture is refused; if it answers, another picture was to blame.
 *
 * Until an engine dies this costs nothing; afterwards only pictures that have as many bytes as a remembered one are hashed.
 */
export function createQuarantine(now: () => number = () => performance.now()): Quarantine {
  const suspects = new Map<string, Suspect>(); // by hash, the oldest first

  function forget(): void {
    for (const [hash, { until }] of suspects) {
      if (until > now() && suspects.size <= MAX_REMEMBERED) return;
      suspects.delete(hash);
    }
  }

  function find(picture: Uint8Array): [hash: string, suspect: Suspect] | undefined {
    if (suspects.size === 0) return undefined;
    forget();
    for (const { bytes } of suspects.values()) {
      if (bytes !== picture.length) continue;
      const hash = hashOf(picture);
      const suspect = suspects.get(hash);
      return suspect && [hash, suspect];
    }
    return undefined;
  }

  return {
    verdictOn: picture => find(picture)?.[1].verdict ?? 'free',

    died(pictures, doubtful) {
      const dead = new Map(pictures.map(({ hash, bytes }) => [hash, bytes]));
      const alone = dead.size === 1;
      for (const [hash, bytes] of dead) {
        const { deaths: before = 0, certain = false, verdict } = suspects.get(hash) ?? {};
        const deaths = before + 1;
        suspects.delete(hash);
        suspects.set(hash, {
          bytes,
          deaths,
          certain: certain || (alone && !doubtful),
          verdict: verdict === 'refused' || (alone && deaths >= DEATHS) ? 'refused' : 'isolated',
          until: now() + REMEMBERED_MS,
        });
      }
      forget();
    },

    survived(picture) {
      const [hash, suspect] = find(picture) ?? [];
      if (hash === undefined || suspect === undefined || suspect.verdict === 'refused') return;
      if (suspect.certain) suspect.verdict = 'free';
      else suspects.delete(hash);
    },

    get refused() {
      forget();
      return [...suspects.values()].filter(({ verdict }) => verdict === 'refused').length;
    },
  };
}

export function fingerprintOf(picture: Uint8Array): Fingerprint {
  return { hash: hashOf(picture), bytes: picture.length };
}

/** Kept while the picture is: the verdict on isolated pictures that wait is asked for whenever anything changes. */
const hashes = new WeakMap<Uint8Array, string>();

function hashOf(picture: Uint8Array): string {
  let hash = hashes.get(picture);
  if (hash === undefined) {
    hash = createHash('sha256').update(picture).digest('base64');
    hashes.set(picture, hash);
  }
  return hash;
}
