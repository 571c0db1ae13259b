import { type PictureRecord, round } from './record.ts';

interface CocoFile {
  info: { description: string; version: string; model?: PictureRecord['model'] };
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    bbox: [x: number, y: number, width: number, height: number];
    area: number;
    iscrowd: 0;
    score: number;
    uncertainty?: PictureRecord['detections'][number]['uncertainty'];
  }[];
  categories: { id: number; name: string }[];
}

/** A COCO dataset whose annotations have scores: pycocotools reads it, and its `annotations` as results. Ids count from 1. */
export function toCoco(records: readonly PictureRecord[], labels: readonly string[]): string {
  const file: CocoFile = {
    info: {
      description: 'Detections of gfl-serve; category ids are class ids plus 1.',
      version: '1',
      ...(records[0] && { model: records[0].model }),
    },
    images: [],
    annotations: [],
    categories: labels.map((name, i) => ({ id: i + 1, name })),
  };
  for (const [i, { file: file_name, image, detections }] of records.entries()) {
    file.images.push({ id: i + 1, file_name, ...image });
    for (const { class_id, score, box, uncertainty } of detections) {
      const width = round(box.x2 - box.x1, 2);
      const height = round(box.y2 - box.y1, 2);
      file.annotations.push({
        id: file.annotations.length + 1,
        image_id: i + 1,
        category_id: class_id + 1,
        bbox: [box.x1, box.y1, width, height],
        area: round(width * height, 2),
        iscrowd: 0,
        score,
        ...(uncertainty && { uncertainty }),
      });
    }
  }
  return `${JSON.stringify(file)}\n`;
}

/** What `toCoco` wrote. Throws on anything else. */
export function fromCoco(text: string): PictureRecord[] {
  const { info, images, annotations, categories } = JSON.parse(text) as CocoFile;
  if (images.length > 0 && info.model === undefined) throw new Error('it does not say which model it is of');
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  const records = new Map<number, PictureRecord>();
  for (const { id, file_name, width, height } of images) {
    records.set(id, { file: file_name, model: info.model!, image: { width, height }, detections: [] });
  }
  for (const { image_id, category_id, bbox, score, uncertainty } of annotations) {
    const [x, y, width, height] = bbox;
    records.get(image_id)!.detections.push({
      class_id: category_id - 1,
      label: names.get(category_id)!,
      score,
      box: { x1: x, y1: y, x2: round(x + width, 2), y2: round(y + height, 2) },
      ...(uncertainty && { uncertainty }),
    });
  }
  return [...records.values()];
}
