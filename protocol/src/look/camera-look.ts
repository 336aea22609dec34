import Type, { type Static } from 'typebox';
import { Polygon } from './polygon.ts';
import { MAX_MASKS } from './polygon-rules.ts';
import { DAYS, type Day, type ScheduleTime } from './schedule-rules.ts';

const DaySchema = Type.Unsafe<Day>({ ...Type.Union(DAYS.map((day) => Type.Literal(day))) });

const Time = Type.Unsafe<ScheduleTime>({
  ...Type.Object({
    days: Type.Array(DaySchema),
    from: Type.String({ description: '06:30' }),
    to: Type.String({ description: '22:00; 24:00 for the end of the day' }),
  }),
  description:
    'By the clock on a wall there; over midnight where `to` is not after `from`, and then of the day on which it begins',
});
const Duration = Type.Integer({ minimum: 0 });

const Masks = Type.Array(Polygon, { maxItems: 2 * MAX_MASKS });

/** What of its picture a camera looks at, and when, as the device does it now. */
export const CameraLook = Type.Object({
  region: Type.Optional(
    Type.Unsafe<Polygon>({ ...Polygon, description: 'Absent: the whole picture' }),
  ),
  masks: Type.Unsafe<Polygon[]>({
    ...Masks,
    description: 'Black in every picture, before anything is made of it',
  }),
  ownMasks: Type.Integer({
    minimum: 0,
    description:
      'So many of the masks, the first ones, are of agent.yaml: nobody takes them away from afar',
  }),
  motion: Type.Optional(
    Type.Object(
      {
        masks: Type.Unsafe<Polygon[]>({
          ...Masks,
          description: 'Where something may move without it being looked at',
        }),
        // Absent: the agent is too old to say.
        threshold: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 255,
            description: 'A cell has changed where its brightness, of 255, differs by more',
          }),
        ),
        area: Type.Optional(
          Type.Number({
            minimum: 0,
            maximum: 1,
            description: 'Share of the cells that count: so many must have changed',
          }),
        ),
        holdMillis: Type.Optional(
          Type.Unsafe<number>({ ...Duration, description: 'After the last motion, so long' }),
        ),
        atLeastEveryMillis: Type.Optional(
          Type.Unsafe<number>({ ...Duration, description: 'One frame, whatever moves' }),
        ),
      },
      { description: 'It is looked at when something moves; absent: always' },
    ),
  ),
  schedule: Type.Optional(
    Type.Object(
      { timeZone: Type.String(), times: Type.Array(Time) },
      { description: 'It is off at other times; absent: never' },
    ),
  ),
  maxGapMillis: Type.Optional(
    Type.Unsafe<number>({
      ...Duration,
      description:
        'Frames further apart tear an occurrence; absent: each frame stands for itself, or the agent is too old to say',
    }),
  ),
});
export type CameraLook = Static<typeof CameraLook>;
