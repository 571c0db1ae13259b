import type { Finding } from '../../detector/authoring.ts';

/** One line a proof. */
export function describeFindings(findings: readonly Finding[]): string[] {
  return findings.map(({ proof, verdict, text }) => `  ${verdict.padEnd(9)}${proof.padEnd(11)}${text}`);
}
