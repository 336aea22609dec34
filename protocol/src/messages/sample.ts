import Type, { type Static, type TSchema } from 'typebox';
import { Ids } from '../id-schemas.ts';
import { headDigest } from './head.ts';

/**
 * Why a frame is worth a label. `random`: drawn 1 in N before anyone looked at its scores;
 * `requested`: a person asked; `uncertain`: by margin or entropy; `rare`: of a class that the
 * device seldom sees; `changed`: unlike what it saw lately; `disagreed`: a candidate that looks on
 * said something else. In the order in which a sample is put to account.
 */
export const SampleReason = Type.Union([
  Type.Literal('random'),
  Type.Literal('requested'),
  Type.Literal('uncertain'),
  Type.Literal('rare'),
  Type.Literal('changed'),
  Type.Literal('disagreed'),
]);
export type SampleReason = Static<typeof SampleReason>;

/** One value for each reason. */
export const ByReason = <Value extends TSchema>(value: Value) =>
  Type.Object({
    random: value,
    requested: value,
    uncertain: value,
    rare: value,
    changed: value,
    disagreed: value,
  } satisfies Record<SampleReason, Value>);

/** A picture of more bytes is no sample. */
export const MAX_SAMPLE_BYTES = 16 * 1024 * 1024;

const Ratio = Type.Number({ minimum: 0, maximum: 1 });
const Pixels = Type.Integer({ minimum: 1, maximum: 65_535 });

/**
 * A frame worth a label, without its picture. Its digest is its identity: the same bytes twice are
 * one sample. What `samples` says when it was kept.
 */
export const Sample = Type.Object({
  sha256: Type.Unsafe<Static<typeof Ids.sha256>>({
    ...Ids.sha256,
    description: 'Of the bytes of the picture',
  }),
  mediaType: Type.Union([
    Type.Literal('image/jpeg'),
    Type.Literal('image/png'),
    Type.Literal('image/webp'),
  ]),
  bytes: Type.Integer({ minimum: 1, maximum: MAX_SAMPLE_BYTES }),
  width: Pixels,
  height: Pixels,
  camera: Ids.camera,
  slot: Ids.slot,
  model: Ids.sha256,
  head: headDigest,
  bootId: Ids.boot,
  capturedAt: Ids.timestamp,
  reasons: Type.Array(SampleReason, {
    minItems: 1,
    description: 'The first is the one whose budget it was kept under; the others held as well',
  }),
  unbiased: Type.Boolean({
    description: 'Kept because it was drawn: only these belong into an unbiased test set',
  }),
  oneIn: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: 'Of an unbiased sample: it stands for so many frames',
    }),
  ),
  label: Type.String({ description: 'The class with the highest score' }),
  scores: Type.Record(Type.String(), Ratio, { description: 'Softmax by class' }),
  margin: Type.Unsafe<number>({ ...Ratio, description: 'Highest score less the second' }),
  entropy: Type.Unsafe<number>({
    ...Ratio,
    description: 'Of the scores, divided by that of equal scores',
  }),
  burst: Ids.burst,
  source: Type.Optional(
    Type.String({ description: 'Name of the picture, where the source has one (a directory)' }),
  ),
});
export type Sample = Static<typeof Sample>;

/**
 * What an upload begins with (`POST /api/device/samples`): the sample, and what is too long for a
 * message.
 */
export const SampleRecord = Type.Object({
  ...Sample.properties,
  embedding: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9+/]+={0,2}$',
      maxLength: 65_536,
      description: "The model's embedding: float16, little-endian, base64",
    }),
  ),
});
export type SampleRecord = Static<typeof SampleRecord>;

/**
 * What the server answers to that: it has the picture, or wants it from `offset` on at `upload`.
 */
export const SampleUpload = Type.Union([
  Type.Object({ complete: Type.Literal(true) }),
  Type.Object({
    upload: Type.String({ minLength: 1, description: 'Path on the same server' }),
    offset: Type.Integer({ minimum: 0 }),
  }),
]);
export type SampleUpload = Static<typeof SampleUpload>;
