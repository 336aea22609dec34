import { createHash } from 'node:crypto';
import { html, Markup } from './html.ts';
import type { RunFigures } from './run-figures.ts';
import { calibrationSection } from './sections/calibration-section.ts';
import { classesSection } from './sections/classes-section.ts';
import { confusionSection } from './sections/confusion-section.ts';
import { curvesSection } from './sections/curves-section.ts';
import { dataSection } from './sections/data-section.ts';
import { formsSection } from './sections/forms-section.ts';
import { headline } from './sections/headline.ts';
import { latencySection } from './sections/latency-section.ts';
import { learningSection } from './sections/learning-section.ts';
import { mistakesSection } from './sections/mistakes-section.ts';
import { originSection } from './sections/origin-section.ts';
import { STYLE } from './style.ts';
import type { Thumbnails } from './thumbnails.ts';

/** Nothing is fetched, nothing runs; the one style sheet is known by its digest. */
const POLICY = `default-src 'none'; img-src data:; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** `report.html`: one file that needs no other, no network and no script. */
export function reportPage(figures: RunFigures, thumbnails: Thumbnails): string {
  return html`${new Markup('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${figures.name}: training report</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
${headline(figures)}${mistakesSection(figures, thumbnails)}${confusionSection(figures)}${classesSection(figures)}${learningSection(figures)}${dataSection(figures)}${formsSection(figures)}${latencySection(figures)}${curvesSection(figures)}${calibrationSection(figures)}${originSection(figures)}</main>
<footer><p>Written by edgeloop-trainer. The same figures stand in metrics.json beside this file, the course of the run in events.jsonl.</p></footer>
</body>
</html>
`.text;
}
