import Type, { type Static } from 'typebox';

const AtMost = (unit: string) =>
  Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: `${unit}; null: no bound`,
  });
const Size = Type.Integer({ minimum: 0, description: 'Bytes' });

const Kept = Type.Object({
  age: AtMost('Milliseconds'),
  bytes: AtMost('Bytes'),
  used: Size,
});

/** What is kept how long, and how much room there is. It is set where the control plane is started. */
export const RetentionView = Type.Object({
  detections: Type.Unsafe<Static<typeof Kept>>({
    ...Kept,
    description: '--retain-age, --retain-bytes; used: by the whole database',
  }),
  samples: Type.Unsafe<Static<typeof Kept>>({
    ...Kept,
    description:
      '--retain-sample-age, --retain-sample-bytes: of those without a label; used: by all of them',
  }),
  disk: Type.Object({
    free: Size,
    total: Size,
    state: Type.Union([Type.Literal('room'), Type.Literal('no-samples'), Type.Literal('full')], {
      description: 'What is still taken: everything; no more pictures and models; nothing',
    }),
    samplesMark: Type.Integer({
      description: '--samples-mark: with less free, pictures and models are refused',
    }),
    detectionsMark: Type.Integer({
      description: '--detections-mark: with less free, nothing is stored',
    }),
  }),
});
export type RetentionView = Static<typeof RetentionView>;
