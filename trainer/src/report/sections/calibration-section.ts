import { reliabilityDiagram } from '../chart/reliability-diagram.ts';
import { counted, percent } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** Whether a score of 90 % means right nine times of ten. */
export function calibrationSection({ int8, float32 }: RunFigures): Markup {
  const { temperature, samples, ece, reliability } = int8.calibration;
  const said =
    temperature === 1
      ? `The temperature stays 1: the ${counted(samples, 'validation picture')} were too few, or too easy, to tell a better one.`
      : `Divided by a temperature of ${temperature.toFixed(2)}, which ${counted(samples, 'validation picture')} chose and the package carries, the logits give ${temperature > 1 ? 'more careful' : 'surer'} scores.`;
  const row = (name: string, { calibration }: RunFigures['int8']) =>
    html`<tr><th scope="row">${name}</th><td class="n">${percent(calibration.ece.before)}</td><td class="n">${percent(calibration.ece.after)}</td><td class="n">${calibration.temperature.toFixed(3)}</td></tr>
`;
  return section(
    ...(['calibration', 'What a score is worth', 'full'] as const),
    html`<div class="beside"><div><p>A bar shows how often the model was right when it was so sure; on the dashed line it is right as often as it says. A dotted outline is the distance, a pale bar has few pictures. ECE is the mean distance on the test side, in 15 bins: ${percent(ece.before)} as the scores come, ${percent(ece.after)} with the temperature. ${said}</p>
<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col" class="n">ECE before</th><th scope="col" class="n">ECE after</th><th scope="col" class="n">Temperature</th></tr></thead><tbody>${row('INT8', int8)}${row('FP32', float32)}</tbody></table></div></div>
<div><h3>Scores as they come</h3>${reliabilityDiagram('Reliability of the INT8 scores as they come', reliability.before)}</div>
${
  temperature !== 1 &&
  html`<div><h3>With the temperature</h3>${reliabilityDiagram('Reliability of the INT8 scores with the temperature', reliability.after)}</div>`
}</div>`,
  );
}
