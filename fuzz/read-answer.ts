export interface WireAnswer {
  status: number;
  /** Names in lower case; a header that comes twice is joined by a comma. */
  headers: Record<string, string>;
  body: Buffer;
}

/** The first answer in what a connection has brought, and what follows it; undefined until it is complete. */
export function readAnswer(bytes: Buffer): { answer: WireAnswer; rest: Buffer } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [line = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(line.split(' ')[1]);
  if (status === 100) return readAnswer(bytes.subarray(end + 4));
  const headers: Record<string, string> = {};
  for (const one of lines) {
    const name = one.slice(0, one.indexOf(':')).toLowerCase();
    const value = one.slice(one.indexOf(':') + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const length = Number(headers['content-length'] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  const body = bytes.subarray(end + 4, end + 4 + length);
  return { answer: { status, headers, body }, rest: bytes.subarray(end + 4 + length) };
}
