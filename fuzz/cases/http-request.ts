/** The bytes of an HTTP/1.1 request; a Content-Length is added. */
export function httpRequest(path: string, headers: Record<string, string>, body: Buffer): Buffer {
  const lines = Object.entries({ Host: 'fuzz', ...headers, 'Content-Length': String(body.length) });
  const head = [`POST ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)].join('\r\n');
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]);
}
