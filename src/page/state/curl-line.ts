import { ASKED_MAX_DETECTIONS } from '../api/client.ts';

/** The service's own defaults: what equals them need not be said. */
const DEFAULT_THRESHOLD = 0.25;
const DEFAULT_MAX_DETECTIONS = 100;

export interface CurlInput {
  /** Of `POST /detect`. */
  url: string;
  /** File name of the picture. */
  name: string;
  threshold: number;
  classes: ReadonlySet<string>;
  include: ReadonlySet<string>;
  /** Undefined for the default one. */
  model: string | undefined;
  wantsKey: boolean;
  /** How many detections are shown. */
  count: number;
}

/** The line that gives, in a POSIX shell, what the page shows. The key is never in it, a variable is. */
export function curlLine({ url, name, threshold, classes, include, model, wantsKey, count }: CurlInput): string {
  const fields = [`-F ${shellWord(`image=@${curlFile(name)}`)}`];
  const say = (field: string, value: string | number) => fields.push(textField(field, String(value)));
  if (threshold !== DEFAULT_THRESHOLD) say('score_threshold', threshold);
  if (classes.size > 0) say('classes', [...classes].join(','));
  if (count > DEFAULT_MAX_DETECTIONS) say('max_detections', ASKED_MAX_DETECTIONS);
  if (include.size > 0) say('include', [...include].sort().join(','));
  if (model !== undefined) say('model', model);
  const key = wantsKey ? ['-H "X-API-Key: $KEY"'] : [];
  return ['curl', ...key, ...fields, shellWord(url)].join(' ');
}

/** `-F` ends a value at `;`, takes one that begins with `@` or `<` for a file's, and quotes away. */
function textField(name: string, value: string): string {
  const flag = /^[@<"]|;/.test(value) ? '--form-string' : '-F';
  return `${flag} ${shellWord(`${name}=${value}`)}`;
}

/** curl ends a file name at `,` and `;` unless it stands in quotes. */
function curlFile(name: string): string {
  return /[,;"\\]/.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
