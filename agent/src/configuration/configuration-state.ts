import { Ids, Reason } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

/** Settings over agent.yaml that the control plane chose. */
export const Chosen = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  settings: Type.Record(Type.String(), Type.Unknown()),
});
export type Chosen = Static<typeof Chosen>;

/** Why a choice does not run here; `version` null: agent.yaml alone. */
export const Verdict = Type.Object({
  version: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** SHA-256 of the choice, so that other settings under the same number are not taken for it. */
  choice: Ids.sha256,
  state: Type.Union([Type.Literal('refused'), Type.Literal('reverted')]),
  since: Ids.timestamp,
  reason: Reason,
});
export type Verdict = Static<typeof Verdict>;

/** What a device must not forget of its configuration, over a kill at any point. */
export const ConfigurationState = Type.Object({
  format: Type.Literal(1),
  /** Runs, unless there is a trial; null: agent.yaml alone. */
  kept: Type.Union([Type.Object({ ...Chosen.properties, since: Ids.timestamp }), Type.Null()]),
  /** Runs until it is heard of, or taken back. */
  trial: Type.Union([
    Type.Object({
      chosen: Type.Union([Chosen, Type.Null()]),
      since: Ids.timestamp,
      boots: Type.Integer({ minimum: 0, description: 'Starts of the process since it began' }),
    }),
    Type.Null(),
  ]),
  /** Of what is wanted now; null: it runs, or is on trial. */
  verdict: Type.Union([Verdict, Type.Null()]),
  /** What is not tried again, oldest first. */
  past: Type.Array(Verdict, { maxItems: 16 }),
});
export type ConfigurationState = Static<typeof ConfigurationState>;

export const NO_CONFIGURATION: ConfigurationState = {
  format: 1,
  kept: null,
  trial: null,
  verdict: null,
  past: [],
};
