import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { nullable } from './page.ts';

const Word = Type.Integer({ minimum: 0, description: 'Place in words' });
const Model = Type.Integer({ minimum: 0, description: 'Place in models' });
const Row = Type.Integer({ minimum: 0, description: 'Place in the columns of devices' });
const Epoch = Type.Integer({ description: 'Milliseconds since 1970' });
const OrNull = <Schema extends Type.TSchema>(schema: Schema, description: string) =>
  Type.Array(nullable(schema), { description });

/** Where the updates of a device are; what ended well is not told of. */
const Updates = Type.Object(
  {
    device: Type.Array(Row),
    lane: Type.Array(Word, { description: 'model/<slot> or configuration' }),
    state: Type.Array(Word, { description: 'As in reported, committed and applied aside' }),
    reason: OrNull(Word, 'Why it did not come to run, in a sentence'),
  },
  { description: 'Updates that are under way or did not come to run' },
);

/** What is wrong with devices that are connected. */
const Troubles = Type.Object({
  device: Type.Array(Row),
  trouble: Type.Array(Word, {
    description:
      'safe-mode: agent.yaml is wrong, and nothing runs; file: it is, and what ran before does; camera; picture; power; slowed; clock',
  }),
  about: OrNull(Word, 'What of it: the first mistake, or the camera and its fault'),
});

/**
 * Every device in short: tables in columns, all columns of a table equally long, texts said once.
 * Of 10,000 devices it is less than a fifth of what they take as objects.
 */
export const FleetView = Type.Object({
  revision: Type.Integer({ description: 'since of the next question' }),
  whole: Type.Boolean({ description: 'These are all; false: those that changed since' }),
  now: Type.Unsafe<number>({ ...Epoch, description: 'Milliseconds since 1970, by this server' }),
  silentAfterMillis: Type.Integer({ description: 'One that says nothing for so long is silent' }),
  total: Type.Integer({
    description:
      'How many there are. Who has another number missed that one was removed: ask for all',
  }),
  words: Type.Array(Type.String()),
  models: Type.Object({
    digest: Type.Array(Ids.sha256),
    name: Type.Array(Type.String()),
    task: OrNull(Ids.task, 'Whose classes it tells apart; null: the registry does not know it'),
  }),
  devices: Type.Object(
    {
      device: Type.Array(Ids.device),
      site: Type.Array(Word),
      state: Type.Array(Word, { description: 'online, offline, unknown, or revoked' }),
      lastSeenAt: OrNull(Epoch, 'Milliseconds since 1970; null: it has never said a word'),
      fps: OrNull(Type.Number(), 'Frames classified a second, between its last words on health'),
      inferenceMillis: OrNull(Type.Number(), 'Mean of an inference, as long; null: there was none'),
      celsius: OrNull(Type.Number(), 'Of its hottest zone; null: it does not say'),
      failedAt: OrNull(Epoch, 'When it last told of frames that were unreadable or failed'),
      lostAt: OrNull(Epoch, 'Of detections that were evicted, or not committed'),
      restartedAt: OrNull(Epoch, 'Of a source or model process that was started again'),
    },
    { description: 'By name' },
  ),
  cameras: Type.Object({
    device: Type.Array(Row),
    camera: Type.Array(Word),
    slot: OrNull(Word, 'That it looks through; null: the device has not reported'),
    label: OrNull(Word, 'Null: nothing stands before it, or it has not said'),
    score: OrNull(Type.Number(), 'Null: it has not said'),
  }),
  slots: Type.Object({
    device: Type.Array(Row),
    slot: Type.Array(Word),
    model: Type.Array(Model),
  }),
  tags: Type.Object({ device: Type.Array(Row), tag: Type.Array(Word) }),
  updates: Updates,
  troubles: Troubles,
});
export type FleetView = Static<typeof FleetView>;

export const FleetQuery = Type.Object(
  {
    since: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'revision of an earlier answer: only what changed after it',
      }),
    ),
  },
  { additionalProperties: false },
);
export type FleetQuery = Static<typeof FleetQuery>;
