import { counted, fraction, percent } from './figures.ts';
import { html, type Markup } from './markup.ts';
import type { ReportInput } from './report-input.ts';

/** What, on what, and the figures most people came for. */
export function headline({
  model,
  dataset,
  date,
  evaluation,
  pictures,
  refused,
  notes,
  ...protocol
}: ReportInput): Markup {
  const { calibration, edges } = evaluation;
  const objects = evaluation.classes.reduce((sum, one) => sum + one.objects, 0);
  const detections = pictures.reduce((sum, { results }) => sum + results.length, 0);
  const tile = (name: string, value: string, about: string) =>
    html`<div class="tile"><dt>${name}</dt><dd>${value}</dd><dd class="about">${about}</dd></div>`;
  return html`<header>
<h1>${model.name} <small>version ${model.version}</small></h1>
<p class="lead">${counted(pictures.length, 'picture')} and ${counted(objects, 'object')} of ${dataset} (crowds not counted); ${counted(detections, 'detection')} with a score from
${String(protocol.scoreThreshold)}, at most ${protocol.maxDetections} a picture; ${model.inputShape} input on ${model.provider}; ${date}.</p>
</header>
${
  notes.length > 0 &&
  html`<aside role="note"><h2>Know this first</h2><ul>${notes.map(note => html`<li>${note}</li>`)}</ul>
${refused.length > 0 && html`<details><summary>Refused pictures</summary><ul>${refused.map(({ file, reason }) => html`<li><code>${file}</code> ${reason}</li>`)}</ul></details>`}</aside>`
}
<dl class="tiles">
${tile('AP', fraction(evaluation.ap), 'COCO, IoU .50 to .95')}
${tile('AP50', fraction(evaluation.ap50), 'a rough box counts')}
${tile('AP75', fraction(evaluation.ap75), 'a tight box counts')}
${tile('AR', fraction(evaluation.ar100), 'objects found, at most')}
${calibration && tile('Calibration error', fraction(calibration.ece), 'score against true IoU')}
${edges && tile('Within 1 sigma', percent(edges.within1Sigma), 'true edges; 68 % if Gaussian')}
${edges && tile('Within 2 sigma', percent(edges.within2Sigma), 'true edges; 95 % if Gaussian')}
</dl>`;
}
