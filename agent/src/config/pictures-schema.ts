import { DURATION_PATTERN, MAX_PICTURE_SIDE, SIZE_PATTERN } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Strict } from './strict.ts';

/** `pictures` of agent.yaml. */
export const PicturesFile = Type.Union([
  Strict({
    every: Type.Optional(Type.String({ pattern: DURATION_PATTERN })),
    size: Type.Optional(Type.Integer({ minimum: 64, maximum: MAX_PICTURE_SIDE })),
    quality: Type.Optional(Type.Integer({ minimum: 1, maximum: 95 })),
    perHour: Type.Optional(Type.String({ pattern: SIZE_PATTERN })),
  }),
  Type.Literal('off'),
]);
export type PicturesFile = Static<typeof PicturesFile>;
