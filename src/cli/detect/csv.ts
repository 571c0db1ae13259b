import type { PictureRecord } from './record.ts';

const HEADER = [
  'file',
  'width',
  'height',
  'model',
  'version',
  'class_id',
  'label',
  'score',
  'x1',
  'y1',
  'x2',
  'y2',
  'sigma_left',
  'sigma_top',
  'sigma_right',
  'sigma_bottom',
] as const;

/** RFC 4180, one row a detection; a picture without any has one row with empty cells from `class_id` on. */
export function toCsv(records: readonly PictureRecord[]): string {
  return `${csvHeader()}${records.map(csvRows).join('')}`;
}

export function csvHeader(): string {
  return `${HEADER.join(',')}\r\n`;
}

export function csvRows({ file, image, model, detections }: PictureRecord): string {
  const picture = [file, image.width, image.height, model.name, model.version];
  if (detections.length === 0) return row([...picture, ...Array(HEADER.length - picture.length).fill('')]);
  return detections
    .map(({ class_id, label, score, box, uncertainty: u }) => {
      const sigmas = u ? [u.left, u.top, u.right, u.bottom] : ['', '', '', ''];
      return row([...picture, class_id, label, score, box.x1, box.y1, box.x2, box.y2, ...sigmas]);
    })
    .join('');
}

/** What `toCsv` wrote. Throws on anything else. */
export function fromCsv(text: string): PictureRecord[] {
  const [header, ...rows] = cells(text);
  if (header?.join(',') !== HEADER.join(',')) throw new Error('its first row is not that of this format');
  const records = new Map<string, PictureRecord>();
  for (const values of rows) {
    if (values.length !== HEADER.length) throw new Error(`a row has ${values.length} cells, not ${HEADER.length}`);
    const cell = Object.fromEntries(HEADER.map((name, i) => [name, values[i]!])) as Record<
      (typeof HEADER)[number],
      string
    >;
    const record = records.get(cell.file) ?? {
      file: cell.file,
      model: { name: cell.model, version: cell.version },
      image: { width: Number(cell.width), height: Number(cell.height) },
      detections: [],
    };
    records.set(cell.file, record);
    if (cell.class_id === '') continue;
    const [left, top, right, bottom] = [cell.sigma_left, cell.sigma_top, cell.sigma_right, cell.sigma_bottom].map(
      Number,
    );
    record.detections.push({
      class_id: Number(cell.class_id),
      label: cell.label,
      score: Number(cell.score),
      box: { x1: Number(cell.x1), y1: Number(cell.y1), x2: Number(cell.x2), y2: Number(cell.y2) },
      ...(cell.sigma_left !== '' && { uncertainty: { left: left!, top: top!, right: right!, bottom: bottom! } }),
    });
  }
  return [...records.values()];
}

function row(values: readonly (string | number)[]): string {
  return `${values.map(quote).join(',')}\r\n`;
}

function quote(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cells(text: string): string[][] {
  const rows: string[][] = [];
  let current: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|$)/gy;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error('a cell is not quoted as it should be');
    current.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === ',') continue;
    rows.push(current);
    current = [];
  }
  return rows;
}
