import { CACHE } from './cache.ts';
import { DYING } from './dying-engines.ts';
import { STANDING_STILL } from './standing-still.ts';
import { NOTHING, type Torment } from './torment.ts';

const crowd: Torment = {
  name: 'a crowd',
  weight: 2,
  async act({ crowd, dice }) {
    await crowd(60 + dice.int(200));
    return NOTHING;
  },
};

export const TORMENTS: readonly Torment[] = [...DYING, ...STANDING_STILL, ...CACHE, crowd];
