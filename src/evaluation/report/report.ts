import { calibrationSection } from './calibration-section.ts';
import { edgesSection } from './edges-section.ts';
import { headline } from './headline.ts';
import { html } from './markup.ts';
import { precisionRecallSection } from './precision-recall-section.ts';
import type { ReportInput } from './report-input.ts';
import { STYLE } from './style.ts';
import { worstSection } from './worst-section.ts';

/** Nothing but what is in the page itself may be loaded or run. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The evaluation as one HTML page that needs nothing beside it: no script, no request, pictures inside. */
export function renderReport(input: ReportInput): string {
  const { model, evaluation, pictures } = input;
  const { calibration, edges } = evaluation;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${model.name} on ${input.dataset}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
${headline(input)}
<main>
${precisionRecallSection(input)}
${calibration && calibrationSection(calibration)}
${
  edges &&
  edgesSection(
    edges,
    pictures.flatMap(({ matched }) => matched),
    pictures.flatMap(({ sigmas }) => sigmas),
  )
}
${worstSection(input)}
</main>
<footer>Made by <code>gfl-serve eval</code>. AP and AR are COCO's (as pycocotools computes them); the rest is described in docs/accuracy.md.</footer>
</body>
</html>
`;
  return page.markup;
}
