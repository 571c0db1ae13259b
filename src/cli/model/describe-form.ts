import type { GraphInspection } from '../../detector/authoring.ts';

type Form = NonNullable<GraphInspection['graph']['form']>;

const COLUMNS = {
  'box-first': 'x1, y1, x2, y2, score, class id',
  'class-first': 'class id, score, x1, y1, x2, y2',
  'image-first': 'image, x1, y1, x2, y2, class id, score',
  'image-first-class-last': 'image, x1, y1, x2, y2, score, class id',
};

/** The outputs of a file that a manifest cannot say, and what `model add` has in their place. */
export function describeForm(form: Form): { file: string; model: string } {
  switch (form.form) {
    case 'rows':
      return { file: `rows of ${COLUMNS[form.order]} in "${form.rows}"`, model: 'detections and labels' };
    case 'columns': {
      const { boxes, scores, labels } = form;
      const file = `boxes in "${boxes}", scores in "${scores}", class ids in "${labels}"`;
      return { file, model: 'detections and labels' };
    }
    case 'objectness':
      return { file: `objectness and scores in "${form.fused}"`, model: 'their products' };
    case 'crossed':
      return { file: `scores by classes in "${form.scores}"`, model: `scores by points, as "${form.boxes}" goes` };
  }
}
