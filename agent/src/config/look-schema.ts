import {
  AREA_RULE,
  CLOCK_TIME,
  DAYS,
  DURATION_PATTERN,
  MAX_MASKS,
  MAX_TIMES,
  Polygon,
  THRESHOLD_RULE,
} from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Strict } from './strict.ts';

const Duration = Type.String({ pattern: DURATION_PATTERN });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Length = Type.Number({ exclusiveMinimum: 0, maximum: 1 });

const ClockTime = Type.String({ pattern: CLOCK_TIME });

/** A rectangle, or corners. */
const Area = Type.Union([Strict({ x: Share, y: Share, width: Length, height: Length }), Polygon]);
export type AreaFile = Static<typeof Area>;
const Areas = Type.Array(Area, { maxItems: MAX_MASKS });

const Motion = Strict({
  threshold: Type.Optional(Type.Integer(THRESHOLD_RULE)),
  area: Type.Optional(Type.Number(AREA_RULE)),
  hold: Type.Optional(Duration),
  atLeastEvery: Type.Optional(Duration),
  masks: Type.Optional(Areas),
});

const Day = Type.Unsafe<(typeof DAYS)[number]>({
  ...Type.Union(DAYS.map((day) => Type.Literal(day))),
});
const Schedule = Strict({
  timeZone: Type.Optional(Type.String({ minLength: 1 })),
  times: Type.Array(
    Strict({
      days: Type.Optional(Type.Array(Day, { minItems: 1 })),
      from: ClockTime,
      to: ClockTime,
    }),
    { minItems: 1, maxItems: MAX_TIMES },
  ),
});

/** `look` of a camera in agent.yaml. */
export const LookFile = Strict({
  region: Type.Optional(Area),
  masks: Type.Optional(Areas),
  motion: Type.Optional(Type.Union([Motion, Type.Literal('off')])),
  schedule: Type.Optional(Type.Union([Schedule, Type.Literal('always')])),
});
export type LookFile = Static<typeof LookFile>;

/** `privacy` of agent.yaml. */
export const PrivacyFile = Strict({
  pictures: Type.Optional(Type.Union([Type.Literal('leave'), Type.Literal('stay')])),
});
