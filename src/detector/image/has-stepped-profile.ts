/** Profiles have a dozen; lcms reads at most 100. */
const MOST_TAGS = 100;
const [TABLE, ENTRY_BYTES] = [128, 12];
/** `D2B0` to `D2B3`: from the device to the connection space by a list of steps (ICC.1, 9.2: multiProcessElementsType). */
const STEPPED = /^D2B[0-3]$/;

/**
 * Whether a colour profile says by a list of any steps, as many as there is room for, what its colours are. lcms runs through all of them for each of 280,000
 * inks before it looks at a pixel: a CMYK picture of 64x64 with 80 kB of them took 18 s. Profiles have tables instead, or beside them; of those
 * that have both lcms takes the steps.
 */
export function hasSteppedProfile(profile: Uint8Array | undefined): boolean {
  if (profile === undefined) return false;
  const bytes = Buffer.from(profile.buffer, profile.byteOffset, profile.byteLength);
  if (bytes.length < TABLE + 4) return false; // nobody reads it
  const tags = Math.min(MOST_TAGS, bytes.readUInt32BE(TABLE));
  return Array.from({ length: tags }, (_, index) => {
    const at = TABLE + 4 + index * ENTRY_BYTES;
    return bytes.toString('latin1', at, at + 4);
  }).some(name => STEPPED.test(name));
}
