import type { GateStatus, StageStatus } from '../../../../src/resources/rollout-gates.ts';
import { Meter } from '../../ui/meter.tsx';
import {
  barEnd,
  FAILURE_WORDS,
  GATES,
  limitInWords,
  measureInWords,
  reportsInWords,
  statusInWords,
} from '../words/gates.ts';
import './gate-bar.css';

interface GateBarProps {
  readonly status: GateStatus;
  readonly judged: StageStatus['judged'];
  /** "4 min left", while its bake runs. */
  readonly left: string | null;
}

/**
 * One gate as one bar: its figure, its limit, from how much it is known, the time left; behind it,
 * why.
 */
export function GateBar({ status, judged, left }: GateBarProps) {
  const { gate, reason, reading } = status;
  const { name, passes } = GATES[gate.kind];
  const { kind, word } = statusInWords(status, judged);
  const known = judged === 'not yet' ? null : reportsInWords(reading);
  return (
    <details class="rollouts-gate">
      <summary>
        <Meter
          label={name}
          value={reading.measured}
          text={measureInWords(reading.measured, reading)}
          limit={{ value: reading.limit, text: limitInWords(reading) }}
          max={barEnd(reading)}
          kind={kind}
          note={[word, known, left].filter((part) => part !== null).join(' · ')}
        />
      </summary>
      <p class="caption">{reason ?? `It passes when ${passes}.`}</p>
      <p class="caption">Where it fails, it {FAILURE_WORDS[gate.onFailure]}.</p>
    </details>
  );
}
