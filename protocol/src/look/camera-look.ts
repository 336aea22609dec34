import Type, { type Static } from 'typebox';
import { Polygon } from './polygon.ts';
import { MAX_MASKS } from './polygon-rules.ts';

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof DAYS)[number];

const DaySchema = Type.Unsafe<Day>({ ...Type.Union(DAYS.map((day) => Type.Literal(day))) });

/** By the clock on a wall there; over midnight where `to` is not after `from`, and then of the day on which it begins. */
export const ScheduleTime = Type.Object({
  days: Type.Array(DaySchema),
  from: Type.String({ description: '06:30' }),
  to: Type.String({ description: '22:00; 24:00 for the end of the day' }),
});
export type ScheduleTime = Static<typeof ScheduleTime>;

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
      },
      { description: 'It is looked at when something moves; absent: always' },
    ),
  ),
  schedule: Type.Optional(
    Type.Object(
      { timeZone: Type.String(), times: Type.Array(ScheduleTime) },
      { description: 'It is off at other times; absent: never' },
    ),
  ),
});
export type CameraLook = Static<typeof CameraLook>;
