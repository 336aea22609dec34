import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { GateReading } from '../rollouts/gates/gate-reading.ts';
import { GateOutcome } from '../rollouts/gates/gate-result.ts';
import { GateSettings } from '../rollouts/gates/gate-settings.ts';
import { nullable } from './page.ts';

const Time = (description: string) => Type.Union([Ids.timestamp, Type.Null()], { description });

const GateStatus = Type.Object({
  gate: GateSettings,
  outcome: nullable(GateOutcome),
  reason: nullable(Type.String({ description: 'A sentence with the figures; null: not measured' })),
  reading: GateReading,
});
export type GateStatus = Static<typeof GateStatus>;

const StageStatus = Type.Object({
  wave: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'From 0: the canary; null: the time in which the candidate only looks on',
  }),
  judged: Type.Union([Type.Literal('not yet'), Type.Literal('now'), Type.Literal('then')], {
    description:
      'now: how the gates stand at this moment; nothing is decided by it. then: as they were when it was decided',
  }),
  at: Time('When it was measured'),
  watchedSince: Time('Since when its bake runs; null: it does not'),
  watchedUntil: Time('When its bake is over; null: it does not run'),
  gates: Type.Array(GateStatus),
});
export type StageStatus = Static<typeof StageStatus>;

/** How the gates of each wave stand, beside their limits. */
export const GateStatuses = Type.Object({ at: Ids.timestamp, stages: Type.Array(StageStatus) });
export type GateStatuses = Static<typeof GateStatuses>;
