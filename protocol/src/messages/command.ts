import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';

export const MAX_PREVIEW_SECONDS = 60;
export const MAX_PREVIEW_FPS = 5;
/** The most lines of its log that a command may ask for: as many as an agent keeps in memory. */
export const MAX_LOG_LINES = 1000;

/**
 * What a device is asked, on `cmd/<name>`. Not retained: who asks sends it again until the ack
 * comes, with the same id, and the device does it at most once.
 */
export const Command = Type.Object({
  id: Ids.commandId,
  expires: Type.Unsafe<Static<typeof Ids.timestamp>>({
    ...Ids.timestamp,
    description: 'By the wall clock of the device; what comes later is not done',
  }),
  camera: Type.Optional(
    Type.Unsafe<Static<typeof Ids.camera>>({
      ...Ids.camera,
      description: 'snapshot: of this camera alone; absent: of every camera. preview: of this one',
    }),
  ),
  seconds: Type.Optional(
    Type.Number({ minimum: 1, maximum: MAX_PREVIEW_SECONDS, description: 'preview: for so long' }),
  ),
  fps: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: MAX_PREVIEW_FPS,
      description: 'preview: frames a second, at most; a slow uplink brings fewer',
    }),
  ),
  label: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'label: the class of the model that the last frame of `camera` shows',
    }),
  ),
  slot: Type.Optional(
    Type.Unsafe<Static<typeof Ids.slot>>({
      ...Ids.slot,
      description: 'fit-head, drop-head: of this slot; absent: of the only one',
    }),
  ),
  lines: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LOG_LINES, description: 'logs: the newest so many' }),
  ),
});
export type Command = Static<typeof Command>;

/**
 * `done` (`restart`: the agent that says so is the one that was started again); `refused`: it would
 * have been possible, but not now or not here (over budget, no such camera); `unknown`: the device
 * has no such command; `expired`: it came too late, or nothing could be done in time;
 * `interrupted`: the agent ended while it was at it.
 */
const CommandOutcome = Type.Union([
  Type.Literal('done'),
  Type.Literal('refused'),
  Type.Literal('unknown'),
  Type.Literal('expired'),
  Type.Literal('interrupted'),
]);
export type CommandOutcome = Static<typeof CommandOutcome>;

/** What became of a command, on `ack/<id>`; said again when the command is delivered again. */
export const Ack = Type.Object({
  id: Ids.commandId,
  command: Ids.command,
  outcome: CommandOutcome,
  at: Ids.timestamp,
  reason: Type.Optional(Type.String({ description: 'Why it was not done, in a sentence' })),
  samples: Type.Optional(
    Type.Array(Ids.sha256, { description: 'snapshot: the samples that were kept, by digest' }),
  ),
  frames: Type.Optional(
    Type.Integer({ minimum: 0, description: 'preview: pictures that the server took' }),
  ),
  lines: Type.Optional(Type.Integer({ minimum: 0, description: 'logs: lines that were sent' })),
});
export type Ack = Static<typeof Ack>;
