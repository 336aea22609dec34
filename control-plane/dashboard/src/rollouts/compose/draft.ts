import type { GateSettings } from '../../../../src/rollouts/gates/gate-settings.ts';
import type { RolloutPlan } from '../../../../src/rollouts/plan/plan.ts';

export interface WaveDraft {
  readonly by: 'count' | 'percent' | 'tags';
  /** A number, or tags with commas between. */
  readonly size: string;
  readonly bakeMinutes: string;
  readonly deadlineMinutes: string;
  /** null: those of the control plane. */
  readonly gates: readonly GateSettings[] | null;
}

/** A plan as somebody writes it: texts, until they can be meant. */
export interface Draft {
  readonly name: string;
  readonly kind: 'model' | 'configuration';
  readonly task: string;
  readonly slot: string;
  readonly model: string;
  /** By name; its version is what goes out. */
  readonly configuration: string;
  readonly version: string;
  readonly sites: string;
  readonly tags: string;
  /** `name=value`, with commas between. */
  readonly attributes: string;
  readonly devices: string;
  readonly waves: readonly WaveDraft[];
  readonly start: 'now' | 'by hand' | 'at';
  /** As an input for date and time gives it, in the reader's time zone. */
  readonly startAt: string;
  readonly window: boolean;
  readonly windowFrom: string;
  readonly windowTo: string;
  readonly timezone: string;
  readonly offline: RolloutPlan['offline'];
  readonly atOnce: string;
  readonly approval: boolean;
  readonly priority: string;
  readonly champion: boolean;
  readonly shadow: boolean;
  readonly shadowEvery: string;
  readonly shadowMinutes: string;
}

const WAVE = { bakeMinutes: '30', deadlineMinutes: '60', gates: null } as const;

/** A canary, a tenth, all: as the documents have it. @param timezone of the reader */
export const firstDraft = (timezone: string): Draft => ({
  name: '',
  kind: 'model',
  task: '',
  slot: 'main',
  model: '',
  configuration: '',
  version: '',
  sites: '',
  tags: '',
  attributes: '',
  devices: '',
  waves: [
    { by: 'count', size: '1', ...WAVE },
    { by: 'percent', size: '10', ...WAVE },
    { by: 'percent', size: '100', ...WAVE },
  ],
  start: 'now',
  startAt: '',
  window: false,
  windowFrom: '22:00',
  windowTo: '05:00',
  timezone,
  offline: 'wait',
  atOnce: '',
  approval: false,
  priority: '0',
  champion: true,
  shadow: false,
  shadowEvery: '10',
  shadowMinutes: '60',
});

/** One more before the end: half of what is left. */
export function addWave(waves: readonly WaveDraft[]): readonly WaveDraft[] {
  const last = waves.at(-1);
  const before = waves.findLast((wave, i) => wave.by === 'percent' && i < waves.length - 1);
  if (last?.by !== 'percent' || last.size !== '100') {
    return [...waves, { by: 'percent', size: '100', ...WAVE }];
  }
  const size = String(Math.round((Number(before?.size ?? 0) + 100) / 2));
  return [...waves.slice(0, -1), { by: 'percent', size, ...WAVE }, last];
}
