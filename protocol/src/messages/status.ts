import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { MOST_COUNTED } from './most-counted.ts';
import { Reason, UpdateReport } from './update.ts';

/** Birth and will. */
export const Status = Type.Object({
  state: Type.Union([Type.Literal('online'), Type.Literal('offline')]),
  bootId: Ids.boot,
  agentVersion: Type.String(),
  at: Type.Optional(
    Type.Unsafe<Static<typeof Ids.timestamp>>({
      ...Ids.timestamp,
      description: 'When the device said so; absent in the will, which the broker sends',
    }),
  ),
});
export type Status = Static<typeof Status>;

/** What stands before the camera now, for a person or Home Assistant. `label` null: nothing. */
export const CameraState = Type.Object({
  label: Type.Union([Type.String(), Type.Null()]),
  score: Type.Number({ minimum: 0, maximum: 1 }),
  since: Ids.timestamp,
  occurrence: Type.Union([Ids.occurrence, Type.Null()]),
  model: Ids.sha256,
});
export type CameraState = Static<typeof CameraState>;

/**
 * What became of the desired configuration. `trying`: it runs, and waits for the control plane to hear of it; `applied`;
 * `refused`: it is wrong, and never ran; `reverted`: with it the control plane could not be reached, or the agent not start.
 */
export const ConfigurationReport = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  state: Type.Union([
    Type.Literal('trying'),
    Type.Literal('applied'),
    Type.Literal('refused'),
    Type.Literal('reverted'),
  ]),
  since: Ids.timestamp,
  reason: Type.Optional(Reason),
});
export type ConfigurationReport = Static<typeof ConfigurationReport>;

/** What models, cameras and configuration run on the device. */
export const Reported = Type.Object({
  bootId: Ids.boot,
  agentVersion: Type.String(),
  slots: Type.Record(
    Type.String(),
    Type.Object({
      model: Ids.sha256,
      name: Type.String(),
      variant: Type.String(),
      generation: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MOST_COUNTED,
          description: 'Of the assignment that it runs by; absent: agent.yaml names it',
        }),
      ),
      update: Type.Optional(UpdateReport),
      shadow: Type.Optional(UpdateReport),
    }),
  ),
  cameras: Type.Record(
    Type.String(),
    Type.Object({
      source: Type.String(),
      slot: Ids.slot,
      mode: Type.Union([Type.Literal('occurrence'), Type.Literal('frame')]),
    }),
  ),
  desired: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Version of `desired` that is applied; absent: none' }),
  ),
  root: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Version of the root keys that is trusted' }),
  ),
  configuration: Type.Optional(ConfigurationReport),
});
export type Reported = Static<typeof Reported>;
