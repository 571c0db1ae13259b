import { ServiceError } from '../errors.ts';
import { decodeBase64 } from './decode-base64.ts';
import { type FilePart, parseMultipart } from './multipart.ts';
import type { GivenOption } from './options.ts';
import { JsonTooLarge, parseJson } from './parse-json.ts';

export interface PictureForm {
  pictures: Buffer[];
  options: GivenOption[];
}

/**
 * The one picture of a request and the options that came with it, whichever of the three forms it has: multipart, JSON with
 * base64, or the bytes alone, which is what every other Content-Type is taken for (`curl --data-binary` declares a web form).
 */
export async function readPictureForm(body: Buffer | undefined, contentType: string | undefined): Promise<PictureForm> {
  if (body === undefined || body.length === 0) throw invalid(`The body is empty; send one picture. ${FORMS}`);
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === 'multipart/form-data') {
    const { files, fields } = await parseMultipart(body, contentType!, 1);
    return { pictures: [fileBytes(files[0])], options: fields };
  }
  if (mediaType === 'application/json' || mediaType.endsWith('+json')) return readJsonForm(body);
  return { pictures: [body], options: [] };
}

/** The pictures of a batch in order: file parts named `image`, options as the other fields. */
export async function readBatchForm(
  body: Buffer | undefined,
  contentType: string | undefined,
  maxPictures: number,
): Promise<PictureForm> {
  if (mediaTypeOf(contentType) !== 'multipart/form-data' || body === undefined || body.length === 0) {
    throw invalid('Send the pictures of a batch as multipart/form-data, one part named "image" each.');
  }
  const { files, fields } = await parseMultipart(body, contentType!, maxPictures);
  const stranger = files.find(file => file.name !== 'image');
  if (stranger) {
    throw invalid(
      `The form has a file named ${JSON.stringify(stranger.name.slice(0, 40))}; the pictures of a batch are named "image".`,
    );
  }
  if (files.length === 0) throw invalid('The form has no picture; add parts named "image".');
  return { pictures: files.map(fileBytes), options: fields };
}

const FORMS =
  'The forms are multipart/form-data with a part named "image", the bytes alone, and JSON {"image": "<base64>"}.';

function fileBytes(file: FilePart | undefined): Buffer {
  if (file === undefined) throw invalid('The form has no picture; add a file part named "image".');
  if (file.bytes.length === 0) throw invalid(`The file part ${JSON.stringify(file.name.slice(0, 40))} is empty.`);
  return file.bytes;
}

/** Enough for a threshold of every class there may be. */
const JSON_LIMITS = { containers: 10_000, elements: 10_000 };

function readJsonForm(body: Buffer): PictureForm {
  let value: unknown;
  try {
    value = parseJson(body, JSON_LIMITS);
  } catch (error) {
    if (error instanceof JsonTooLarge) throw invalid(`The JSON body has ${error.message}.`);
    throw invalid('The body is not JSON, although its Content-Type says so.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The JSON body must be an object: {"image": "<base64>"} and options.');
  }
  const { image, ...options } = value as Record<string, unknown>;
  return {
    pictures: [readBase64(image)],
    options: Object.entries(options).map(([name, option]) => ({ name, value: option })),
  };
}

function readBase64(image: unknown): Buffer {
  if (typeof image !== 'string' || image === '') throw invalid('The JSON body needs "image": the picture in base64.');
  const bytes = decodeBase64(image);
  if (bytes !== undefined) return bytes;
  throw invalid('The "image" of the JSON body is not base64 (standard alphabet, no line breaks).');
}

function mediaTypeOf(contentType = ''): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_request', message);
}
