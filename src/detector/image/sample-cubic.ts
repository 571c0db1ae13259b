import type { SampleJob } from './sample-job.ts';
import type { Taps } from './sampling-taps.ts';
import { layOut, TAP_BYTES, WIDEST_ROW, wasm, writeLevels, writeTaps } from './sampling-wasm.ts';

const TAPS = 4;
/** WebAssembly makes so many columns at a time, of four numbers each: three colours, and something. */
const COLUMNS = 4;
const COLUMN_BYTES = 16;

/** Four by four pixels, across first and then down, in float32, for half-pixel sampling. `out` is (3, height, width). */
export function sampleCubic({ pixels, across, down, targets, width }: SampleJob, out: Float32Array): void {
  const columns = across.to - across.from;
  if (columns <= 0) return;
  const padded = Math.ceil(columns / COLUMNS) * COLUMNS;
  const row = pixels.width > WIDEST_ROW ? neededPixels(across) : wholeRow(across, pixels.width);
  // Source rows that were resampled across, row `y` in slot `y % 4`. A target row needs at most four neighbours, and the next one the same or
  // later ones, so that a picture of a million rows takes no more memory than one of four.
  const [levelsAt, tapsAt, sourceAt, slotsAt, rowsAt, outAt] = layOut(
    3 * 2 * 4,
    padded * TAPS * TAP_BYTES,
    row.bytes + 1,
    TAPS * padded * COLUMN_BYTES,
    TAPS * TAP_BYTES,
    3 * padded * 4,
  );
  const { buffer } = wasm.memory;
  writeLevels(levelsAt, targets);
  new Int32Array(buffer, tapsAt, padded * 2 * TAPS).fill(0);
  writeTaps(tapsAt, row.taps, across.from, across.to, { pixelBytes: 3, from: 0 });
  const source = new Uint8Array(buffer, sourceAt, row.bytes);
  const rows = new Int32Array(buffer, rowsAt, 2 * TAPS);
  const rowWeights = new Float32Array(buffer, rowsAt, 2 * TAPS);
  const planes = targets.map((_, colour) => new Float32Array(buffer, outAt + colour * padded * 4, columns));
  const held = new Int32Array(TAPS).fill(-1);
  const placeOf = (sourceY: number) => {
    const slot = sourceY % TAPS;
    const place = slotsAt + slot * padded * COLUMN_BYTES;
    if (held[slot] !== sourceY) {
      held[slot] = sourceY;
      row.copy(pixels.data.subarray(sourceY * pixels.width * 3, (sourceY + 1) * pixels.width * 3), source);
      wasm.acrossCubic(sourceAt, tapsAt, padded, place);
    }
    return place;
  };
  for (let y = down.from; y < down.to; y++) {
    for (let tap = 0; tap < TAPS; tap++) {
      rows[tap * 2] = placeOf(down.indices[y * TAPS + tap]!);
      rowWeights[tap * 2 + 1] = down.weights[y * TAPS + tap]!;
    }
    wasm.downCubic(rowsAt, padded, levelsAt, outAt);
    for (const [colour, { start }] of targets.entries()) out.set(planes[colour]!, start + y * width + across.from);
  }
}

/** What of a source row is copied into WebAssembly. */
interface CopiedRow {
  /** Of the copy. */
  taps: Taps;
  bytes: number;
  copy(row: Uint8Array, to: Uint8Array): void;
}

function wholeRow(taps: Taps, width: number): CopiedRow {
  return { taps, bytes: width * 3, copy: (row, to) => to.set(row) };
}

/** The pixels that the taps of `across` mean, one after another. */
function neededPixels(across: Taps): CopiedRow {
  const first = across.from * TAPS;
  const needed = across.indices.subarray(first, across.to * TAPS);
  return {
    taps: { ...across, indices: across.indices.map((_, tap) => tap - first) },
    bytes: needed.length * 3,
    copy(row, to) {
      for (const [at, x] of needed.entries()) to.set(row.subarray(x * 3, x * 3 + 3), at * 3);
    },
  };
}
