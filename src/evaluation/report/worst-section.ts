import type { CocoAnnotation, CocoResult } from '../coco-dataset.ts';
import { MATCH_IOU, MATCH_SCORE } from '../matched-edges.ts';
import { counted, fraction } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { type PlacedLabel, placeLabels } from './place-labels.ts';
import type { ReportInput } from './report-input.ts';

type Drawn = ReportInput['worst'][number];

/** Pictures with truth and detections drawn in. */
export function worstSection({ worst, names }: ReportInput): Markup {
  if (worst.length === 0) return html`<section><h2>No picture has an error</h2></section>`;
  return html`<section>
<h2>The ${counted(worst.length, 'worst picture')}</h2>
<p>As a caller sees them: detections with a score from ${MATCH_SCORE}, right when they have an IoU from ${MATCH_IOU} with an object of their
class. Lowest F1 first, then most errors. A score follows each label.</p>
<p class="legend"><span class="box found">object, found</span><span class="box missed">object, missed</span>
<span class="box right">detection, right</span><span class="box wrong">detection, wrong</span><span class="box crowd">crowd, not counted</span></p>
<div class="pictures">${worst.map(errors => picture(errors, names))}</div>
</section>`;
}

function picture(drawn: Drawn, names: ReportInput['names']): Markup {
  const { found, missed, right, wrong, crowds, f1, thumbnail } = drawn;
  const { image, size } = drawn.picture;
  const { width, height } = size!;
  // Of the drawing's own unit, so that lines and letters are equally large on every picture.
  const unit = Math.max(width, height) / 480;
  const fontSize = 10.5 * unit;
  const name = (item: CocoAnnotation | CocoResult) => names.get(item.category_id) ?? String(item.category_id);
  const scored = (result: CocoResult) => `${name(result)} ${fraction(result.score).slice(0, 3)}`;
  const boxes = [
    ...crowds.map(item => ({ kind: 'crowd', item, text: `crowd: ${name(item)}` })),
    ...found.map(item => ({ kind: 'found', item, text: `found: ${name(item)}` })),
    ...right.map(item => ({ kind: 'right', item, text: scored(item) })),
    ...missed.map(item => ({ kind: 'missed', item, text: name(item) })),
    ...wrong.map(item => ({ kind: 'wrong', item, text: scored(item) })),
  ];
  const labelled = boxes.filter(({ kind }) => kind !== 'crowd' && kind !== 'found').reverse();
  const labels = placeLabels(
    labelled.map(({ text, item }) => ({ text, bbox: item.bbox })),
    { width, height },
    fontSize,
  );
  const objects = found.length + missed.length;
  return html`<figure>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${image.file_name}: ${found.length} of ${counted(objects, 'object')} found, ${counted(wrong.length, 'wrong detection')}" style="--unit:${unit.toFixed(3)}px">
<image href="${thumbnail}" width="${width}" height="${height}" preserveAspectRatio="none"/>
${boxes.map(({ kind, item, text }) => rectangle(kind, item.bbox, text))}
${labels.map((label, i) => label && tag(labelled[i]!.kind, label, fontSize))}
</svg>
<figcaption><code>${image.file_name}</code> ${found.length} of ${objects} found, ${missed.length} missed, ${wrong.length} wrong; F1&nbsp;${fraction(f1)}</figcaption>
</figure>`;
}

/** Twice, a dark one below: seen on light and on dark pictures. */
function rectangle(kind: string, [x, y, w, h]: CocoResult['bbox'], text: string): Markup {
  return html`<rect class="halo" x="${x}" y="${y}" width="${w}" height="${h}"/><rect class="${kind}" x="${x}" y="${y}" width="${w}" height="${h}"><title>${text}</title></rect>`;
}

function tag(kind: string, { text, x, y, width, height }: PlacedLabel, fontSize: number): Markup {
  return html`<rect class="tag" x="${x}" y="${y}" width="${width}" height="${height}"/><text class="${kind}" x="${x + 0.3 * fontSize}" y="${y + 0.98 * fontSize}" style="font-size:${fontSize}px">${text}</text>`;
}
