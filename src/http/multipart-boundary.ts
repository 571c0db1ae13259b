import { MIMEType } from 'node:util';
import { ServiceError } from '../errors.ts';

/** Printable ASCII, without what would need an escape between quotation marks; 1 to 70 characters (RFC 2046, 5.1.1). */
const BOUNDARY = /^[ !#-[\]-~]{1,70}$/;

/** The boundary that a `Content-Type: multipart/form-data` gives. Throws `invalid_request` when it gives none, or one of other characters. */
export function readBoundary(contentType: string): string {
  const boundary = boundaryIn(contentType) ?? '';
  if (BOUNDARY.test(boundary)) return boundary;
  throw new ServiceError(
    'invalid_request',
    'The Content-Type multipart/form-data needs a boundary of 1 to 70 characters of ASCII.',
  );
}

/** The header that says this boundary and nothing else: what reads it again cannot find another one in it. */
export function contentTypeOf(boundary: string): string {
  return `multipart/form-data; boundary="${boundary}"`;
}

function boundaryIn(contentType: string): string | null {
  try {
    return new MIMEType(contentType).params.get('boundary');
  } catch {
    return null;
  }
}
