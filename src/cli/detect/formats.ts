import { fromCoco, toCoco } from './coco.ts';
import { csvHeader, csvRows, fromCsv, toCsv } from './csv.ts';
import type { PictureRecord } from './record.ts';

/** A format that is one file. */
export interface FileFormat {
  extension: string;
  /** The whole file. */
  write(records: readonly PictureRecord[], labels: readonly string[]): string;
  /** What `write` wrote; throws on anything else, with why. */
  read(text: string): PictureRecord[];
  /** How a picture is written by itself, where the format allows to go on line by line. */
  stream?: { head: string; picture(record: PictureRecord): string };
}

export const FILE_FORMATS = {
  jsonl: {
    extension: '.jsonl',
    write: records => records.map(jsonLine).join(''),
    read: text =>
      text
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line)),
    stream: { head: '', picture: jsonLine },
  },
  json: {
    extension: '.json',
    write: records => `[${records.map(record => `\n${JSON.stringify(record)}`).join(',')}\n]\n`,
    read: text => JSON.parse(text),
  },
  coco: { extension: '.json', write: toCoco, read: fromCoco },
  csv: { extension: '.csv', write: toCsv, read: fromCsv, stream: { head: csvHeader(), picture: csvRows } },
} as const satisfies Record<string, FileFormat>;

export const FORMATS = [...(Object.keys(FILE_FORMATS) as (keyof typeof FILE_FORMATS)[]), 'yolo'] as const;
export type Format = (typeof FORMATS)[number];

/** Throws, with why, when `records` are not what a file of this command holds. */
export function checkRecords(records: unknown): asserts records is PictureRecord[] {
  const isRecord = (one: PictureRecord) =>
    typeof one?.file === 'string' && typeof one.model?.name === 'string' && Array.isArray(one.detections);
  if (!Array.isArray(records) || !records.every(isRecord)) throw new Error('it holds something else');
}

function jsonLine(record: PictureRecord): string {
  return `${JSON.stringify(record)}\n`;
}
