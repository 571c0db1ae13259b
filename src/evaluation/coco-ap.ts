import type { CocoAnnotation, CocoDataset, CocoResult } from './coco-dataset.ts';
import { type AreaRange, iouTable, type Matches, matchDetections } from './match-detections.ts';
import { LARGE_AREA, SMALL_AREA } from './object-size.ts';
import { type Curve, precisionRecall } from './precision-recall.ts';

/** 0.50, 0.55, … 0.95, to the last bit as numpy.linspace gives them: an IoU on the line counts the same as in pycocotools. */
const IOU_THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + i * ((0.95 - 0.5) / 9));
const AT_50 = 0;
const AT_75 = 5;
const MAX_DETECTIONS = 100;
const EVERYTHING = 1e5 ** 2;
const AREAS = {
  all: { from: 0, to: EVERYTHING },
  small: { from: 0, to: SMALL_AREA },
  medium: { from: SMALL_AREA, to: LARGE_AREA },
  large: { from: LARGE_AREA, to: EVERYTHING },
} as const satisfies Record<string, AreaRange>;
type Area = keyof typeof AREAS;

/** The twelve COCO numbers, 0..1; `null` where no object of that size is there to be found. */
export interface CocoSummary {
  ap: number | null;
  ap50: number | null;
  ap75: number | null;
  apSmall: number | null;
  apMedium: number | null;
  apLarge: number | null;
  ar1: number | null;
  ar10: number | null;
  ar100: number | null;
  arSmall: number | null;
  arMedium: number | null;
  arLarge: number | null;
}

export interface CocoEvaluation extends CocoSummary {
  /** Classes that have objects, in the order of the dataset's categories. */
  classes: ClassEvaluation[];
}

export interface ClassEvaluation {
  id: number;
  name: string;
  objects: number;
  ap: number | null;
  ap50: number | null;
  ap75: number | null;
  curve50: Curve;
  curve75: Curve;
}

/**
 * COCO average precision and recall of boxes, as pycocotools' `COCOeval` computes them.
 *
 * @param results all pictures of `truth` are evaluated, also those without results
 */
export function evaluateCoco(truth: CocoDataset, results: readonly CocoResult[]): CocoEvaluation {
  const truths = groupByPictureAndClass(truth.annotations);
  const found = groupByPictureAndClass(results);
  // Among equal scores the picture with the lower id comes first, as in pycocotools.
  const images = [...truth.images].sort((a, b) => a.id - b.id);
  const classes = truth.categories.map(category => {
    const pictures = images.map(image => {
      const detections = [...(found.get(`${image.id} ${category.id}`) ?? [])]
        .sort((a, b) => b.score - a.score)
        .slice(0, MAX_DETECTIONS);
      const objects = truths.get(`${image.id} ${category.id}`) ?? [];
      return { detections, objects, ious: iouTable(detections, objects) };
    });
    const matches = (area: Area): Matches[] =>
      pictures
        .filter(({ detections, objects }) => detections.length > 0 || objects.length > 0)
        .map(({ detections, objects, ious }) =>
          matchDetections(detections, objects, ious, IOU_THRESHOLDS, AREAS[area]),
        );
    const byArea = { all: matches('all'), small: matches('small'), medium: matches('medium'), large: matches('large') };
    const curves = (area: Area, limit: number) =>
      IOU_THRESHOLDS.map((_, threshold) => precisionRecall(byArea[area], threshold, limit));
    return {
      category,
      objects: byArea.all.reduce((sum, picture) => sum + picture.objects, 0),
      all: curves('all', MAX_DETECTIONS),
      small: curves('small', MAX_DETECTIONS),
      medium: curves('medium', MAX_DETECTIONS),
      large: curves('large', MAX_DETECTIONS),
      best1: curves('all', 1),
      best10: curves('all', 10),
    };
  });
  type Curves = 'all' | 'small' | 'medium' | 'large' | 'best1' | 'best10';
  const ap = (which: Curves, threshold?: number) =>
    mean(classes.flatMap(c => (threshold === undefined ? c[which] : [c[which][threshold]])).map(averagePrecision));
  const ar = (which: Curves) => mean(classes.flatMap(c => c[which]).map(curve => curve?.recall));
  return {
    ap: ap('all'),
    ap50: ap('all', AT_50),
    ap75: ap('all', AT_75),
    apSmall: ap('small'),
    apMedium: ap('medium'),
    apLarge: ap('large'),
    ar1: ar('best1'),
    ar10: ar('best10'),
    ar100: ar('all'),
    arSmall: ar('small'),
    arMedium: ar('medium'),
    arLarge: ar('large'),
    classes: classes
      .filter(({ objects }) => objects > 0)
      .map(({ category, objects, all }) => ({
        id: category.id,
        name: category.name,
        objects,
        ap: mean(all.map(averagePrecision)),
        ap50: averagePrecision(all[AT_50]) ?? null,
        ap75: averagePrecision(all[AT_75]) ?? null,
        curve50: all[AT_50]!,
        curve75: all[AT_75]!,
      })),
  };
}

function averagePrecision(curve: Curve | undefined): number | undefined {
  return curve && curve.precision.reduce((sum, value) => sum + value, 0) / curve.precision.length;
}

/** Of the defined values; `null` when there is none. */
function mean(values: readonly (number | undefined)[]): number | null {
  const defined = values.filter(value => value !== undefined);
  return defined.length === 0 ? null : defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

function groupByPictureAndClass<T extends CocoResult | CocoAnnotation>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = `${item.image_id} ${item.category_id}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
