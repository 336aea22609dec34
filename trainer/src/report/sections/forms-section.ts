import { counted, megabytes, percent, pointsOf } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** INT8 against FP32: what it costs, what it gains. */
export function formsSection(figures: RunFigures): Markup {
  const { int8, float32, agreement, quantization } = figures;
  const row = (name: string, a: string, b: string, difference: string) =>
    html`<tr><th scope="row">${name}</th><td class="n">${a}</td><td class="n">${b}</td><td class="n">${difference}</td></tr>
`;
  const apart = agreement.of - agreement.right;
  return section(
    ...(['forms', 'INT8 against FP32', 'half'] as const),
    html`<p>Both give the same class on ${percent(agreement.value)} of the test pictures; on ${counted(apart, 'picture')} they differ.</p>
<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col" class="n">INT8</th><th scope="col" class="n">FP32</th><th scope="col" class="n">INT8 is</th></tr></thead><tbody>
${row('Accuracy', percent(int8.accuracy.value), percent(float32.accuracy.value), pointsOf(int8.accuracy.value - float32.accuracy.value))}
${row('Size', megabytes(int8.bytes), megabytes(float32.bytes), `${(float32.bytes / int8.bytes).toFixed(1)} × smaller`)}</tbody></table></div>
<p class="note">Ranges by ${quantization.method}; signal to noise of the logits ${quantization.decibels.toFixed(1)} dB on ${counted(quantization.pictures, 'picture')}${quantization.floatLayers.length > 0 && `; kept in float: ${quantization.floatLayers.join(', ')}`}.</p>`,
  );
}
