import Type, { type Static } from 'typebox';

/** What a job takes of the machine that trains it, and what a trainer says that it has. */
export const Requirements = Type.Object(
  {
    gpu: Type.Boolean({ description: 'A GPU that the training engine can use' }),
    memoryBytes: Type.Integer({ minimum: 0, description: 'Of the machine' }),
  },
  { additionalProperties: false },
);
export type Requirements = Static<typeof Requirements>;

/** Why a trainer can't take a job, one clause each; empty where it can. */
export function lacking(required: Requirements, has: Requirements): string[] {
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB of memory`;
  return [
    ...(required.gpu && !has.gpu ? ['a GPU'] : []),
    ...(required.memoryBytes > has.memoryBytes
      ? [`${gibibytes(required.memoryBytes)} (it has ${gibibytes(has.memoryBytes)})`]
      : []),
  ];
}
