import { counted, milliseconds } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { RunFigures } from '../run-figures.ts';
import { section } from './section.ts';

/** How long one picture takes on the machine that trained. */
export function latencySection({ int8, float32 }: RunFigures): Markup {
  const title = 'Latency on this machine';
  const [first] = int8.latency;
  if (!first) return section('latency', title, 'half', html`<p>Not measured in this run.</p>`);
  const rows = int8.latency.map((quantized, i) => {
    const float = float32.latency[i];
    if (!float) return null;
    const cells = [quantized, float].map(
      ({ median, p95 }) =>
        html`<td class="n">${milliseconds(median)}<br><span class="muted">${milliseconds(p95)}</span></td>`,
    );
    return html`<tr><th scope="row">${counted(quantized.threads, 'thread')}</th>${cells}<td class="n">${(float.median / quantized.median).toFixed(1)} × as fast</td></tr>
`;
  });
  return section(
    ...(['latency', title, 'half'] as const),
    html`<p>One picture within ONNX Runtime, ${first.runs} runs, both forms in turns: the median, and below it what 95 of 100 keep to. On a device it differs: measure there.</p>
<div class="scroll"><table><thead><tr><th scope="col"></th><th scope="col" class="n">INT8</th><th scope="col" class="n">FP32</th><th scope="col" class="n">INT8 is</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}
