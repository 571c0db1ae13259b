import type { GraphInspection } from '../../detector/authoring.ts';

type Form = NonNullable<GraphInspection['graph']['form']>;

/** The outputs of a file that a manifest cannot say, and what `model add` has in their place. */
export function describeForm(form: Form): { file: string; model: string } {
  switch (form.form) {
    case 'rows': {
      const columns =
        form.order === 'box-first' ? 'x1, y1, x2, y2, score, class id' : 'class id, score, x1, y1, x2, y2';
      return { file: `rows of ${columns} in "${form.rows}"`, model: 'detections and labels' };
    }
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
