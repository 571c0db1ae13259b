/** The largest file of the page, 1.7 MB: more than a client that reads nothing takes of an answer. */
const LARGE_FILE = '/docs/static/swagger-ui-bundle.js';
export const ASK_FOR_LARGE_FILE = `GET ${LARGE_FILE} HTTP/1.1\r\nHost: x\r\n\r\n`;
const LEAST_BYTES = 1e6;

/** Rejects when it is not answered any more, or small: whoever does not read it would prove nothing. */
export async function takeLargeFile(url: string): Promise<void> {
  const response = await fetch(url + LARGE_FILE);
  const { byteLength } = await response.arrayBuffer();
  if (response.status !== 200 || byteLength < LEAST_BYTES) {
    throw new Error(`${LARGE_FILE} was answered with ${response.status} and ${byteLength} bytes`);
  }
}
