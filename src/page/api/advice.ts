import type { ServiceProblem } from './service-problem.ts';

const ADVICE: Record<string, string> = {
  invalid_request: 'If you chose a picture, this is a mistake of this page.',
  empty_file: 'It may not have been copied or downloaded to its end; get it again.',
  unreadable_file: 'Choose the picture itself, where it is now.',
  unauthorized: 'Enter a key with the button at the top right.',
  payload_too_large: 'Save it smaller or with more compression; the models look at a few hundred pixels anyway.',
  unsupported_media_type: 'Open it in a picture editor and save it as JPEG or PNG.',
  unprocessable_image: 'Open it in a picture editor and save it again.',
  overloaded: 'Others are sending pictures, too. Try again in a moment.',
  unavailable: 'It may be starting or stopping. Try again in a moment.',
  deadline_exceeded: 'Others are sending pictures, too. Try again in a moment.',
  request_timeout: 'The connection is slow. Try again, or with a smaller picture.',
  internal: 'The service keeps running. Whoever runs it finds the reason under the request id.',
  unreachable: 'See whether it runs, then try again.',
};

/** What a person can do about it, as a sentence; empty where nothing helps. */
export function adviceFor({ code }: ServiceProblem): string {
  return ADVICE[code] ?? '';
}
