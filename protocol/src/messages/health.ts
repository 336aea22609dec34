import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { ByFault, CameraFault } from './camera-fault.ts';
import { MOST_COUNTED } from './most-counted.ts';
import { ByReason } from './sample.ts';

/** Upper bounds of the buckets of the winning score; the last is 1, so there is no rest. */
export const SCORE_BUCKETS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] as const;

/** Of what is wrong with a camera: characters. */
export const MAX_FAULT_MESSAGE = 500;

const Count = Type.Integer({ minimum: 0, maximum: MOST_COUNTED });
const count = (description: string) =>
  Type.Integer({ minimum: 0, maximum: MOST_COUNTED, description });

const Flags = {
  underVoltage: Type.Boolean(),
  frequencyCapped: Type.Boolean(),
  throttled: Type.Boolean(),
  softTemperatureLimit: Type.Boolean(),
};

/** What the firmware of a Raspberry Pi says of itself: now, and since it booted. */
export const Throttling = Type.Object({ ...Flags, sinceBoot: Type.Object(Flags) });
export type Throttling = Static<typeof Throttling>;

/**
 * Cumulative since the agent started (`bootId`): a lost message loses nothing that the next does
 * not bring.
 */
export const Health = Type.Object({
  bootId: Ids.boot,
  at: Ids.timestamp,
  uptimeSeconds: Type.Number({ minimum: 0, maximum: MOST_COUNTED }),
  rssBytes: Count,
  temperatureCelsius: Type.Optional(
    Type.Number({ description: 'Of the hottest zone, now; absent: the device does not say' }),
  ),
  throttled: Type.Optional(
    Type.Boolean({
      description:
        'A Raspberry Pi slows itself down, now: too hot, or too little voltage; absent: the device does not say',
    }),
  ),
  throttling: Type.Optional(
    Type.Unsafe<Throttling>({
      ...Throttling,
      description: 'Why, and since it booted; absent: the device does not say',
    }),
  ),
  clockSynchronized: Type.Optional(
    Type.Boolean({
      description: 'Its clock was set by NTP since it booted; absent: the device does not say',
    }),
  ),
  inferenceIntervalMillis: Type.Optional(
    count(
      'Least time between two inferences of a camera, now: above 0 while a hot device slows down on purpose',
    ),
  ),
  diskFreeBytes: Type.Optional(count('On the disk of the folder `state`')),
  cameras: Type.Record(
    Type.String(),
    Type.Object({
      captured: Count,
      skipped: count('Replaced by a newer frame before inference'),
      unreadable: Count,
      classified: Count,
      failed: count('Frames whose inference failed or was late'),
      restarts: count('Of the source'),
      still: Type.Optional(
        count('Frames in which nothing moved, and that were looked at no further'),
      ),
      resting: Type.Optional(
        Type.Boolean({ description: 'It is off now, by its schedule; absent: it has none' }),
      ),
      fault: Type.Optional(
        Type.Object(
          {
            kind: CameraFault,
            since: Ids.timestamp,
            message: Type.String({ maxLength: MAX_FAULT_MESSAGE }),
          },
          {
            description: 'What is wrong with it, now; absent: nothing, or the device does not say',
          },
        ),
      ),
      faults: Type.Optional(
        Type.Unsafe<Record<CameraFault, number>>({
          ...ByFault(Count),
          description: 'How often each began',
        }),
      ),
    }),
  ),
  lately: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Object({
        framesPerSecond: Type.Number({ minimum: 0, description: 'Classified' }),
        inferenceMillis: Type.Optional(
          Type.Number({
            minimum: 0,
            description: 'Mean of the model that decides; absent: it classified none',
          }),
        ),
      }),
      {
        description:
          'By camera, since the message before: for who shows figures and adds nothing up',
      },
    ),
  ),
  models: Type.Record(
    Type.String(),
    Type.Object({
      inferenceMillis: Type.Object({
        counts: Type.Array(Count, { description: 'By INFERENCE_BUCKETS_MS, the last the rest' }),
        sum: Type.Number({ minimum: 0, maximum: MOST_COUNTED }),
      }),
      scores: Type.Record(Type.String(), Type.Array(Count), {
        description: 'By winning class: counts by SCORE_BUCKETS',
      }),
      processRestarts: Count,
    }),
    { description: 'By digest; with a head that was tuned on the device by `<model>+<head>`' },
  ),
  outbox: Type.Object({
    rows: Count,
    bytes: Count,
    evicted: Count,
    rejected: count('Results that could not be committed'),
  }),
  samples: Type.Optional(
    Type.Object(
      {
        kept: ByReason(Count),
        overBudget: Count,
        cooling: count('Too soon after the last of its camera'),
        duplicates: count('The same bytes as one before'),
        dropped: count('The queue of the encoder was full'),
        failed: count('Not encoded, or not written to disk'),
        evicted: count("By the bounds of the device's disk"),
        uploaded: Count,
        refused: count('By the server, for good'),
        waiting: count('On the disk, now'),
        waitingBytes: Count,
      },
      { description: 'Absent: the device keeps none' },
    ),
  ),
  pictures: Type.Optional(
    Type.Object(
      {
        sent: Count,
        bytes: count('Of those that were sent'),
        failed: count('Not encoded, or not taken by the server'),
        dropped: count('Thumbnails for which there was no room, or no bytes left of the hour'),
      },
      { description: 'What the device shows of its cameras; absent: nothing' },
    ),
  ),
  connects: count('To the broker'),
});
export type Health = Static<typeof Health>;
