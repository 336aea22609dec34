import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { CameraLook } from '../look/camera-look.ts';
import { HeadReport, headDigest } from './head.ts';
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
  head: headDigest,
});
export type CameraState = Static<typeof CameraState>;

/**
 * What became of the desired configuration. `trying`: it runs, and waits for the control plane to
 * hear of it; `applied`; `refused`: it is wrong, and never ran; `reverted`: with it the control
 * plane could not be reached, or the agent not start.
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
  kept: Type.Optional(
    Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
      description:
        'The version that runs in its place, or would again if the trial failed; null: agent.yaml alone. Absent: this one is applied, or the agent is too old to say',
    }),
  ),
});
export type ConfigurationReport = Static<typeof ConfigurationReport>;

/** Mistakes of a file that are told; of more, how many there are. */
export const MOST_MISTAKES = 16;

/**
 * What is wrong with agent.yaml. `safeMode`: because of it no camera and no model runs, and the
 * device waits for a right one; otherwise what ran before runs on, or again, in its place.
 */
export const AgentFileReport = Type.Object({
  path: Type.String({ maxLength: 500 }),
  safeMode: Type.Boolean(),
  since: Ids.timestamp,
  mistakes: Type.Array(
    Type.Object({
      line: Type.Optional(Type.Integer({ minimum: 1 })),
      key: Type.Optional(Type.String({ maxLength: 200, description: 'cameras.cam0.source' })),
      message: Type.String({ maxLength: 500 }),
    }),
    { minItems: 1, maxItems: MOST_MISTAKES, description: 'The first ones' },
  ),
  total: Type.Integer({ minimum: 1, description: 'Of mistakes' }),
});
export type AgentFileReport = Static<typeof AgentFileReport>;

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
      head: Type.Optional(HeadReport),
      headProblem: Type.Optional(
        Type.Unsafe<Reason>({
          ...Reason,
          description: "Why a head that was tuned here does not decide, but the model's own",
        }),
      ),
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
      look: Type.Optional(
        Type.Unsafe<CameraLook>({
          ...CameraLook,
          description: 'What of its picture it looks at; absent: the agent is too old to say',
        }),
      ),
    }),
  ),
  pictures: Type.Optional(
    Type.Literal('stay', { description: 'No picture leaves the device: its agent.yaml says so' }),
  ),
  desired: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Version of `desired` that is applied; absent: none' }),
  ),
  root: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Version of the root keys that is trusted' }),
  ),
  configuration: Type.Optional(ConfigurationReport),
  agentFile: Type.Optional(
    Type.Unsafe<AgentFileReport>({
      ...AgentFileReport,
      description: 'What is wrong with agent.yaml; absent: nothing',
    }),
  ),
});
export type Reported = Static<typeof Reported>;
