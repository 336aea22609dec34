import type { RolloutView } from '../../../../src/resources/rollout.ts';
import type { StageStatus } from '../../../../src/resources/rollout-gates.ts';
import type { RolloutPlan } from '../../../../src/rollouts/plan/plan.ts';
import { now } from '../../ui/clock.ts';
import { duration, plural, withUnit } from '../../ui/format.ts';
import { State } from '../../ui/state.tsx';
import { spanInWords } from '../words/decisions.ts';
import { totalOf } from '../words/device-states.ts';
import { DotsOfWave } from './dots-of-wave.tsx';
import { GateBar } from './gate-bar.tsx';
import './wave-column.css';
import { waveState } from './wave-state.ts';

interface WaveColumnProps {
  readonly view: RolloutView;
  readonly wave: number;
  readonly status: StageStatus | undefined;
}

/** One wave: who is where in it, and under that its gates. */
export function WaveColumn({ view, wave, status }: WaveColumnProps) {
  const plan = view.plan.waves[wave] as RolloutPlan['waves'][number];
  const counts = view.progress[wave]?.devices ?? {};
  const { kind, word } = waveState(view, wave);
  const total = totalOf(counts);
  return (
    <li class="rollouts-wave" aria-label={`Wave ${wave + 1}`}>
      <header class="rollouts-wave-head">
        <h3>{wave === 0 ? 'Wave 1, the canary' : `Wave ${wave + 1}`}</h3>
        <State kind={kind}>{word}</State>
      </header>
      <p class="caption">
        {total > 0 ? plural(total, 'device') : sizeInWords(plan.size)}, watched for{' '}
        {spanInWords(plan.bakeMillis)}; each has {spanInWords(plan.deadlineMillis)}
      </p>
      <div>
        {view.startedAt !== null && (
          <DotsOfWave rollout={view.rollout} wave={wave} counts={counts} />
        )}
      </div>
      <Gates status={status} />
    </li>
  );
}

/** The gates of a stage, with what is left of its bake. */
export function Gates({ status }: { status: StageStatus | undefined }) {
  if (!status) return null;
  const { watchedUntil, gates, judged } = status;
  const left = watchedUntil === null ? null : Math.max(0, Date.parse(watchedUntil) - now.value);
  const inWords = left === null ? null : `${duration(left)} left`;
  return (
    <div class="rollouts-gates">
      <p class="caption strong">
        {judged === 'then' ? 'Gates, as it was decided' : 'Gates'}
        {inWords && <span class="rollouts-left"> {inWords}</span>}
      </p>
      {gates.map((gate, i) => (
        <GateBar key={`${gate.gate.kind} ${i}`} status={gate} judged={judged} left={inWords} />
      ))}
    </div>
  );
}

function sizeInWords(size: RolloutPlan['waves'][number]['size']): string {
  if ('count' in size) return plural(size.count, 'device');
  if ('percent' in size) return `up to ${withUnit(size.percent, '%')} of the target`;
  return 'those that fit its filter';
}
