/** What a proof can be about. */
export type ProofName = 'graph' | 'scores' | 'boxes' | 'labels' | 'mirror' | 'batch' | 'self-check';

/** `unproven`: nothing speaks against it, and there was too little to go by. */
export interface Finding {
  proof: ProofName;
  verdict: 'holds' | 'fails' | 'unproven';
  /** What was seen; where it fails, the manifest's field and the way out. */
  text: string;
}
