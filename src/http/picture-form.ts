import { ServiceError } from '../errors.ts';
import { readJsonForm } from './json-form.ts';
import { type FilePart, parseMultipart } from './multipart.ts';
import type { GivenOption } from './options.ts';
import type { HoldMore } from './parse-json.ts';

export interface PictureForm {
  pictures: Buffer[];
  options: GivenOption[];
}

/**
 * The one picture of a request and the options that came with it, whichever of the three forms it has: multipart, JSON with
 * base64, or the bytes alone, which is what every other Content-Type is taken for (`curl --data-binary` declares a web form).
 * The picture is part of the body's memory; what was JSON there is written over.
 *
 * @param hold told of what is read beside the body, see `BodyRoom`
 */
export async function readPictureForm(
  body: Buffer | undefined,
  contentType: string | undefined,
  hold: HoldMore,
): Promise<PictureForm> {
  if (body === undefined || body.length === 0) throw invalid(`The body is empty; send one picture. ${FORMS}`);
  const mediaType = mediaTypeOf(contentType);
  if (mediaType === 'multipart/form-data') {
    const { files, fields } = await parseMultipart(body, contentType!, 1);
    return { pictures: [fileBytes(files[0])], options: fields };
  }
  if (mediaType === 'application/json' || mediaType.endsWith('+json')) {
    const { picture, options } = readJsonForm(body, hold);
    return { pictures: [picture], options };
  }
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

function mediaTypeOf(contentType = ''): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}

function invalid(message: string): ServiceError {
  return new ServiceError('invalid_request', message);
}
