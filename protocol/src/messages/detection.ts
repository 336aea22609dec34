import Type, { type Static } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { headDigest } from './head.ts';
import { MOST_COUNTED } from './most-counted.ts';

const Score = Type.Number({ minimum: 0, maximum: 1 });

/**
 * What every row of the outbox carries. `(device, stream, seq)` is its identity: the store keeps
 * each once.
 */
const row = {
  stream: Ids.stream,
  seq: Type.Integer({
    minimum: 1,
    maximum: MOST_COUNTED,
    description: 'Gap-free within the stream, across boots',
  }),
  bootId: Ids.boot,
  capturedAt: Ids.timestamp,
  replayed: Type.Boolean({ description: 'Sent before, or kept while there was no connection' }),
  slot: Ids.slot,
  model: Ids.sha256,
  head: headDigest,
};

const occurrence = {
  ...row,
  occurrence: Ids.occurrence,
  label: Type.String(),
  score: Type.Unsafe<number>({ ...Score, description: 'Smoothed, now' }),
  topScore: Type.Unsafe<number>({ ...Score, description: 'Highest smoothed score so far' }),
  startedAt: Ids.timestamp,
  frames: Type.Integer({ minimum: 1, description: 'Classified frames so far' }),
};

/** One unsmoothed result of one frame (`decide.mode: frame`). */
export const FrameDetection = Type.Object({
  type: Type.Literal('frame'),
  ...row,
  label: Type.String(),
  score: Score,
  scores: Type.Record(Type.String(), Score, { description: 'Softmax by class' }),
  source: Type.Optional(
    Type.String({ description: 'Name of the picture, where the source has one (a directory)' }),
  ),
});
export type FrameDetection = Static<typeof FrameDetection>;

/** A label that stood for a while: `new`, `update` (rate limited), `end`, under one id. */
export const OccurrenceDetection = Type.Union([
  Type.Object({ type: Type.Literal('new'), ...occurrence }),
  Type.Object({ type: Type.Literal('update'), ...occurrence }),
  Type.Object({ type: Type.Literal('end'), ...occurrence, endedAt: Ids.timestamp }),
]);
export type OccurrenceDetection = Static<typeof OccurrenceDetection>;

export const Detection = Type.Union([FrameDetection, ...OccurrenceDetection.anyOf]);
export type Detection = Static<typeof Detection>;
