export interface Posted {
  status: number;
  /** From the first byte sent to the last received. */
  ms: number;
  /** The JSON that came. */
  answer: Record<string, unknown>;
}

/** Sends a picture to be detected. */
export async function postPicture(url: string, picture: Uint8Array): Promise<Posted> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/detect`, { method: 'POST', body: new Uint8Array(picture) });
  const answer = (await response.json()) as Record<string, unknown>;
  return { status: response.status, ms: performance.now() - startedAt, answer };
}
