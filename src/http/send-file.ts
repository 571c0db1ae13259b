import type { FastifyReply, FastifyRequest } from 'fastify';
import { addVary } from './add-vary.ts';
import type { PageFile } from './page-files.ts';

/** Kept by the browser, asked about at every load: a new version shows at once, an old one costs a 304. */
const CACHING = 'no-cache';

/** Answers with a file from memory: compressed where that is understood, 304 where the client has it already. */
export function sendFile(file: PageFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const gzip = file.gzipped !== undefined && acceptsGzip(request.headers['accept-encoding']);
  const tag = `"${file.hash}${gzip ? '-gz' : ''}"`;
  reply.headers({ 'Cache-Control': CACHING, ETag: tag });
  addVary(reply, 'Accept-Encoding');
  if (tagsOf(request.headers['if-none-match']).includes(tag)) return reply.code(304).send();
  if (gzip) reply.header('Content-Encoding', 'gzip');
  const bytes = gzip ? file.gzipped! : file.bytes;
  reply.type(file.type);
  // Also for HEAD: Fastify takes the length of it and sends none.
  return reply.send(bytes);
}

function acceptsGzip(header: string | string[] | undefined): boolean {
  return /(^|,)\s*gzip\s*(;\s*q=(?!0(\.0*)?\s*(,|$))[\d.]+\s*)?(,|$)/i.test(String(header ?? ''));
}

/** A proxy that compresses turns the tag into a weak one; for a GET that makes no difference. */
function tagsOf(header: string | undefined): string[] {
  return (header ?? '').split(',').map(tag => tag.trim().replace(/^W\//, ''));
}
