import type { GateView } from '../../../../src/resources/model.ts';
import { plural } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import './verdict-list.css';

const NAMES: Record<GateView['verdict']['checks'][number]['name'], string> = {
  predictions: 'Predictions',
  samples: 'Test samples',
  floors: 'Floors',
  champion: 'Against the champion',
  'new-classes': 'New classes',
  int8: 'INT8 against FP32',
};

/** What the gate said of a model: each check with the figures that it follows from. */
export function VerdictList({ verdict }: Pick<GateView, 'verdict'>) {
  return (
    <ul class="verdict">
      {verdict.checks.map(({ name, passed, reason, samplesNeeded }) => (
        <li key={name}>
          <State kind={passed ? 'good' : 'bad'}>
            {NAMES[name]}: {passed ? 'passed' : 'not passed'}
          </State>
          <p>{reason}</p>
          {samplesNeeded !== null && (
            <p class="caption">{plural(samplesNeeded, 'test sample')} could decide it.</p>
          )}
        </li>
      ))}
    </ul>
  );
}
