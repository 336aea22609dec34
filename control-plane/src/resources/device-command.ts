import { Ack, Ids, MAX_LOG_LINES, MAX_PREVIEW_FPS, MAX_PREVIEW_SECONDS } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { next, nullable, paging } from './page.ts';

const asked = <Name extends string, Properties extends Type.TProperties>(
  command: Name,
  properties: Properties,
  description: string,
) =>
  Type.Object(
    { command: Type.Literal(command), ...properties },
    { additionalProperties: false, description },
  );

/** What a device can be asked to do once. */
export const NewCommand = Type.Union([
  asked(
    'snapshot',
    { camera: Type.Optional(Ids.camera) },
    'Keeps the next frame of a camera, or of each, as a sample to label',
  ),
  asked(
    'preview',
    {
      camera: Ids.camera,
      seconds: Type.Optional(
        Type.Integer({ minimum: 1, maximum: MAX_PREVIEW_SECONDS, description: 'Default 30' }),
      ),
      fps: Type.Optional(
        Type.Number({ minimum: 0.2, maximum: MAX_PREVIEW_FPS, description: 'Default 2' }),
      ),
    },
    "Brings a camera's last frame faster for a while; each is told as picture.changed",
  ),
  asked(
    'restart',
    {},
    'Ends the agent in order, where something starts it again; done says that it is back',
  ),
  asked(
    'label',
    { camera: Ids.camera, label: Type.String({ minLength: 1, maxLength: 200 }) },
    'Keeps the last frame of a camera on the device, under a class of its model, to tune its head by',
  ),
  asked(
    'fit-head',
    { slot: Type.Optional(Ids.slot) },
    "Fits a model's last layer on the device to what was labelled there; done says that it decides",
  ),
  asked(
    'drop-head',
    { slot: Type.Optional(Ids.slot) },
    "Lets a model's own last layer decide again",
  ),
  asked(
    'logs',
    {
      lines: Type.Optional(
        Type.Integer({ minimum: 1, maximum: MAX_LOG_LINES, description: 'Default 200' }),
      ),
    },
    "Fetches the newest lines of the agent's log; GET /api/devices/:device/log gives them",
  ),
]);
export type NewCommand = Static<typeof NewCommand>;

const CommandState = Type.Union(
  [
    Type.Literal('pending'),
    Type.Literal('done'),
    Type.Literal('refused'),
    Type.Literal('unknown'),
    Type.Literal('expired'),
    Type.Literal('interrupted'),
  ],
  {
    description:
      'pending: no answer yet; unknown: the agent is too old for it; expired: no answer came, or too late; interrupted: the agent ended while it was at it',
  },
);

export const CommandView = Type.Object({
  id: Ids.commandId,
  device: Ids.device,
  command: Ids.command,
  parameters: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What it was asked with: camera, seconds, fps, lines, label, slot',
  }),
  state: CommandState,
  createdAt: Ids.timestamp,
  createdBy: Type.String({ description: 'Who asked' }),
  expiresAt: Ids.timestamp,
  acknowledgedAt: nullable(Ids.timestamp),
  ack: Type.Union([Ack, Type.Null()], { description: 'What the device said; null: nothing yet' }),
});
export type CommandView = Static<typeof CommandView>;

export const CommandQuery = Type.Object(paging, { additionalProperties: false });
export type CommandQuery = Static<typeof CommandQuery>;

export const CommandPage = Type.Object({
  commands: Type.Array(CommandView, { description: 'Newest first' }),
  next,
});
export type CommandPage = Static<typeof CommandPage>;

export const DeviceLogView = Type.Object({
  device: Ids.device,
  command: Ids.commandId,
  at: Type.Unsafe<Static<typeof Ids.timestamp>>({
    ...Ids.timestamp,
    description: 'When the device gave them, by its clock',
  }),
  receivedAt: Ids.timestamp,
  lines: Type.Array(Type.String(), {
    description: 'As the agent writes them, one JSON object each; the oldest first',
  }),
});
export type DeviceLogView = Static<typeof DeviceLogView>;
