import type { ClassEvaluation, CocoSummary } from '../coco-ap.ts';
import { RECALL_LEVELS } from '../precision-recall.ts';
import { counted, fraction, tenth } from './figures.ts';
import { html, type Markup } from './markup.ts';
import { line, plot, spread } from './plot.ts';
import type { ReportInput } from './report-input.ts';

/** Precision against recall, averaged over classes, and AP class by class. */
export function precisionRecallSection({ evaluation }: ReportInput): Markup {
  const { classes, ap50, ap75 } = evaluation;
  if (classes.length === 0) return html`<section><h2>No object is there to be found</h2></section>`;
  const average = (which: 'curve50' | 'curve75') =>
    RECALL_LEVELS.map((recall, i) => {
      const sum = classes.reduce((all, one) => all + one[which].precision[i]!, 0);
      return [recall, sum / classes.length] as const;
    });
  const axis = (title: string) => ({ title, domain: [0, 1] as const, ticks: spread(0, 1, 6), label: tenth });
  const alt = `Precision over recall, mean of ${classes.length} classes. The area under the curve is AP50 ${fraction(ap50)} at IoU .50 and AP75 ${fraction(ap75)} at IoU .75.`;
  return html`<section>
<h2>Precision and recall</h2>
<div class="columns"><figure>
${plot({ width: 460, height: 330, x: axis('recall'), y: axis('precision'), alt }, frame => [
  line(frame, average('curve50'), 'a'),
  line(frame, average('curve75'), 'b'),
])}
<figcaption><span class="key a">IoU .50</span> <span class="key b">IoU .75</span> Mean of the ${counted(classes.length, 'class', 'classes')} that
have objects; the area under each line is AP50 ${fraction(ap50)} and AP75 ${fraction(ap75)}.</figcaption>
</figure>
<div>
<p>A line that starts high and falls late is good: the detections with the best scores are right, and nearly all objects are found
before wrong ones creep in. The distance between the two lines is what is lost to boxes that are on the object but loose.</p>
${bySize(evaluation)}
</div></div>
<h3>Class by class</h3>
<p class="aside">The bar is AP, the tick AP50; then AP, and the number of objects. Best first; few objects make a shaky figure.</p>
<ol class="classes">${[...classes].sort((a, b) => (b.ap ?? 0) - (a.ap ?? 0) || b.objects - a.objects).map(classBar)}</ol>
</section>`;
}

function classBar({ name, ap, ap50, objects }: ClassEvaluation): Markup {
  const width = ((ap ?? 0) * 100).toFixed(1);
  const tick = ((ap50 ?? 0) * 100).toFixed(1);
  return html`<li><span class="name">${name}</span><span class="bar" role="img" aria-label="AP ${fraction(ap)}, AP50 ${fraction(ap50)}"><i style="width:${width}%"></i><b style="left:${tick}%"></b></span><span class="value">${fraction(ap)}</span><span class="count">${objects}</span></li>`;
}

function bySize(evaluation: CocoSummary): Markup {
  return html`<table class="figures">
<caption>By the size of the object (area to 32², to 96², beyond)</caption>
<thead><tr><th></th><th>all</th><th>small</th><th>medium</th><th>large</th></tr></thead>
<tbody>
<tr><th>AP</th>${[evaluation.ap, evaluation.apSmall, evaluation.apMedium, evaluation.apLarge].map(cell)}</tr>
<tr><th>AR, best 100</th>${[evaluation.ar100, evaluation.arSmall, evaluation.arMedium, evaluation.arLarge].map(cell)}</tr>
<tr><th>AR, best 10</th>${cell(evaluation.ar10)}<td></td><td></td><td></td></tr>
<tr><th>AR, best 1</th>${cell(evaluation.ar1)}<td></td><td></td><td></td></tr>
</tbody></table>`;
}

function cell(value: number | null): Markup {
  return html`<td>${fraction(value)}</td>`;
}
