import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import type { Costs } from '../../onnx/winograd/costs.ts';

/** The CPU as Linux describes it: its name, maker, family and instructions. */
export async function cpuKind(): Promise<string> {
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const lines = [/^vendor_id\s*:.*$/m, /^cpu family\s*:.*$/m, /^(?:flags|Features)\s*:.*$/m];
  return [cpus()[0]?.model ?? '', ...lines.map(line => line.exec(info)?.[0] ?? '')].join('\n');
}

/**
 * How many channels ONNX Runtime's convolutions take at a time on this kind of CPU (`MlasNchwcGetBlockSize`); undefined where that was
 * not measured to matter.
 */
export function channelBlock(kind: string): number | undefined {
  const words = new Set(kind.split(/\s/));
  if (words.has('avx512f')) return 16;
  return words.has('avx2') ? 8 : undefined;
}

/** What convolutions cost on it; undefined where `channelBlock` is. */
export async function convolutionCosts(kind: string): Promise<Costs | undefined> {
  const block = channelBlock(kind);
  if (block === undefined) return undefined;
  const { AVX2, WIDE, ZEN4, ZEN5 } = await import('../../onnx/winograd/costs.ts');
  if (block === 8) return AVX2;
  if (!/AuthenticAMD/.test(kind)) return WIDE;
  if (/^cpu family\s*: 25$/m.test(kind)) return ZEN4;
  return /^cpu family\s*: 26$/m.test(kind) ? ZEN5 : WIDE;
}
