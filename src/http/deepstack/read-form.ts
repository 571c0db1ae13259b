import { ServiceError } from '../../errors.ts';
import { parseMultipart } from '../multipart.ts';

export interface DeepstackForm {
  /** Undefined: none was sent. */
  image: Buffer | undefined;
  apiKey: string | undefined;
  minConfidence: number;
}

/** CodeProject.AI's; DeepStack's own is 0.45. */
const DEFAULT_MIN_CONFIDENCE = 0.4;

/** A DeepStack form. Fields that are not known are ignored, as DeepStack does: its clients send what other servers want. */
export async function readForm(body: Buffer | undefined, contentType: string | undefined): Promise<DeepstackForm> {
  if (body === undefined || body.length === 0 || !/^multipart\/form-data/i.test(contentType ?? '')) {
    return { image: undefined, apiKey: undefined, minConfidence: DEFAULT_MIN_CONFIDENCE };
  }
  const { files, fields } = await parseMultipart(body, contentType!, 1);
  const field = (name: string) => fields.find(one => one.name === name)?.value.trim();
  const [file] = files;
  return {
    image: file !== undefined && file.bytes.length > 0 ? file.bytes : undefined,
    apiKey: field('api_key'),
    minConfidence: confidence(field('min_confidence')),
  };
}

function confidence(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_MIN_CONFIDENCE;
  const value = Number(text);
  if (value >= 0 && value <= 1) return value;
  const shown = JSON.stringify(text.slice(0, 80));
  throw new ServiceError('invalid_request', `min_confidence is ${shown}; expected a number from 0 to 1.`);
}
