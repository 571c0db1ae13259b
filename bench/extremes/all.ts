import { answerAfterSigterm } from './answer-after-sigterm.ts';
import { arithmeticCoding } from './arithmetic-scans.ts';
import { bodyByteByByte } from './body-byte-by-byte.ts';
import { damagedCache } from './damaged-cache.ts';
import { endlessHeads } from './endless-heads.ts';
import { endlessLoop } from './endless-loop.ts';
import { endlessRow } from './endless-row.ts';
import type { Extreme } from './extreme.ts';
import { floodOfOneKey } from './flood-of-one-key.ts';
import { fullDisk } from './full-disk.ts';
import { heavyTags } from './heavy-tags.ts';
import { inflatingText } from './inflating-text.ts';
import { jsonPictures } from './json-pictures.ts';
import { keptAliveConnections } from './kept-alive-connections.ts';
import { largeAnnotated } from './large-annotated.ts';
import { logToDevFull } from './log-to-dev-full.ts';
import { longestRow } from './longest-row.ts';
import { millionsOfPieces } from './millions-of-pieces.ts';
import { noDescriptors } from './no-descriptors.ts';
import { outputsWanted } from './outputs-wanted.ts';
import { longRequestsAhead, shortRequestsAhead } from './requests-ahead.ts';
import { slowBodiesOfOneAddress } from './slow-bodies-of-one-address.ts';
import { slowestDrawings } from './slowest-drawings.ts';
import { thousandsOfScans } from './thousands-of-scans.ts';
import { unreadFiles } from './unread-files.ts';
import { unreadMetrics } from './unread-metrics.ts';

/** In the order of docs/reliability.md. */
export const EXTREMES: readonly Extreme[] = [
  damagedCache,
  noDescriptors,
  endlessLoop,
  floodOfOneKey,
  answerAfterSigterm,
  fullDisk,
  logToDevFull,
  keptAliveConnections,
  slowBodiesOfOneAddress,
  endlessHeads,
  longRequestsAhead,
  shortRequestsAhead,
  unreadFiles,
  thousandsOfScans,
  arithmeticCoding,
  millionsOfPieces,
  endlessRow,
  longestRow,
  inflatingText,
  heavyTags,
  bodyByteByByte,
  jsonPictures,
  largeAnnotated,
  slowestDrawings,
  outputsWanted,
  unreadMetrics,
];
