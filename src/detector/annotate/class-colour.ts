/** 8-bit sRGB. */
export interface Rgb {
  r: number;
  g: number;
  b: number;
}

/** Degrees between one class and the next: the golden angle keeps neighbours, which often meet, far apart. */
const GOLDEN_ANGLE = 137.508;
const FIRST_HUE = 212;
/** Bright enough for dark text on them and for a dark picture beneath; three steps, for hues that come close. */
const LIGHTNESS = [0.74, 0.84, 0.65] as const;
const CHROMA = 0.18;

/** The colour of a class: the same for the same id always, and the one the page at `/` has (a test holds them together). */
export function classColour(classId: number): Rgb {
  const hue = ((FIRST_HUE + classId * GOLDEN_ANGLE) * Math.PI) / 180;
  const lightness = LIGHTNESS[classId % 3]!;
  for (let chroma = CHROMA; ; chroma -= 0.01) {
    const colour = oklabToLinear(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
    if (chroma <= 0 || colour.every(channel => channel >= 0 && channel <= 1)) {
      const [r, g, b] = colour.map(toByte) as Triple;
      return { r, g, b };
    }
  }
}

type Triple = [number, number, number];

/** OKLab to linear sRGB, https://bottosson.github.io/posts/oklab/ */
function oklabToLinear(lightness: number, a: number, b: number): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function toByte(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
}
