import type { ModelDetails, ModelLatency } from '../../../../src/resources/model.ts';
import { bytes, count, number, percent, plural, withUnit } from '../../ui/format.ts';
import type { FormFacts, ModelFacts } from '../figures/model-facts.ts';
import { WideTable } from '../figures/wide-table.tsx';

/** What devices run beside what it was made from. */
export function FormTable({
  facts,
  manifest,
  latency,
}: {
  facts: ModelFacts;
  manifest: ModelDetails['manifest'];
  latency: ModelLatency | undefined;
}) {
  const calibration = (form: 'int8' | 'float32') => manifest.variants[form]?.calibration?.ece.after;
  const { int8, float32 } = facts;
  return (
    <>
      <WideTable label="FP32 and INT8">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">On its test side</th>
              <th scope="col" class="table-number">
                INT8, on devices
              </th>
              <th scope="col" class="table-number">
                FP32
              </th>
            </tr>
          </thead>
          <tbody>
            <Line name="Accuracy" values={[accuracy(int8), accuracy(float32)]} />
            <Line
              name={`${percent(0.95, 0)} interval`}
              values={[interval(int8), interval(float32)]}
            />
            <Line
              name="Calibration error"
              values={[percent(calibration('int8')), percent(calibration('float32'))]}
            />
            <Line name="Size" values={[bytes(facts.bytes.int8), bytes(facts.bytes.float32)]} />
            <Line name="An inference, median" values={[milliseconds(latency?.p50), '']} />
            <Line name="An inference, 95th percentile" values={[milliseconds(latency?.p95), '']} />
          </tbody>
        </table>
      </WideTable>
      <p class="caption">
        {`INT8 against FP32: ${lossInWords(facts)}. ${agreement(manifest)}`}
        {latency && latency.frames > 0
          ? `Times are of ${count(latency.frames)} frames on ${plural(latency.devices, 'device')}.`
          : 'No device has counted a frame of it yet.'}
      </p>
    </>
  );
}

function Line({ name, values }: { name: string; values: readonly string[] }) {
  return (
    <tr>
      <th scope="row" class="model-row">
        {name}
      </th>
      {values.map((value, i) => (
        <td key={i} class="table-number">
          {value}
        </td>
      ))}
    </tr>
  );
}

const accuracy = (form: FormFacts | null) => percent(form?.accuracy);
const interval = (form: FormFacts | null) =>
  form?.interval ? `${(100 * form.interval.low).toFixed(1)} – ${percent(form.interval.high)}` : '–';

/** "4.2 ms". */
export const milliseconds = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : withUnit(number(value, value < 10 ? 1 : 0), 'ms');

/** What INT8 costs of accuracy: "loses 0.4 points". */
export function lossInWords({ int8Loss }: Pick<ModelFacts, 'int8Loss'>): string {
  if (int8Loss === null) return 'not both measured';
  const points = Math.abs(100 * int8Loss).toFixed(1);
  if (points === '0.0') return 'no loss';
  return int8Loss > 0 ? `loses ${points} points` : `gains ${points} points`;
}

function agreement({ quantization }: ModelDetails['manifest']): string {
  if (quantization?.agreement === undefined) return '';
  const floats = quantization.floatLayers.length;
  const kept = floats > 0 ? ` ${plural(floats, 'layer')} stayed in float.` : '';
  return `Both give the same class for ${percent(quantization.agreement)} of ${plural(quantization.pictures, 'calibration picture')}.${kept} `;
}
