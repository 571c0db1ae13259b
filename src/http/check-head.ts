import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServiceError } from '../errors.ts';

/**
 * Most header lines of a request; browsers and chains of proxies send some 50. Node keeps lines one by one until a head is whole: 16 KiB of the
 * shortest took 180 kB on every connection, and ended the service in a container of 700 MB.
 */
export const MAX_LINES = 200;
/**
 * For Node's `maxHeadersCount`: it drops further lines without a word, or (22.23 and 24.22 do) refuses them as too large a head. One more than `MAX_LINES`, so that checkHead sees that there were too
 * many. (Node takes 32 lines at a time, and may keep some more.)
 */
export const KEPT_LINES = MAX_LINES + 1;

/** Refuses heads that Node's parser lets through and RFC 9112 does not, and the rest of their connections. */
export function checkHead({ raw: { httpVersion, rawHeaders, headers } }: FastifyRequest, reply: FastifyReply): void {
  const refuse = (message: string): never => {
    reply.header('Connection', 'close');
    throw new ServiceError('invalid_request', message);
  };
  if (httpVersion !== '1.1' && httpVersion !== '1.0') refuse('The request must be HTTP/1.1 or HTTP/1.0.');
  if (rawHeaders.length > 2 * MAX_LINES) refuse(`The head of the request has more than ${MAX_LINES} lines.`);
  // Section 3.2: whoever sends two may mean one for a proxy and the other for us.
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) refuse('An HTTP/1.1 request needs one Host header.');
  // Section 6.1: a proxy of that age does not know it, and may have found another end of the body.
  const encoding = headers['transfer-encoding'];
  if (encoding !== undefined && httpVersion === '1.0') refuse('A Transfer-Encoding needs HTTP/1.1.');
  // Node takes "gzip, chunked" and gives out the gzip: only what is understood is taken (section 6.1).
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'chunked') {
    refuse('The only Transfer-Encoding that is taken is chunked.');
  }
}
