import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { next, nullable, paging } from './page.ts';

/** What ran in a slot of a device, and who put it there. */
export const DeviceRun = Type.Object({
  slot: Ids.slot,
  model: Ids.sha256,
  name: Type.String({ description: "Of the model's package" }),
  generation: nullable(
    Type.Integer({ minimum: 1, description: 'Of its assignment; null: agent.yaml names it' }),
  ),
  from: Type.Unsafe<Static<typeof Ids.timestamp>>({
    ...Ids.timestamp,
    description: 'When the control plane heard of it, by its clock',
  }),
  until: Type.Union([Ids.timestamp, Type.Null()], { description: 'Null: it runs' }),
  rollout: Type.Union(
    [
      Type.Object({
        id: Type.String(),
        name: Type.String(),
        createdBy: Type.String(),
        approvedBy: nullable(Type.String()),
        approvedAt: nullable(Ids.timestamp),
      }),
      Type.Null(),
    ],
    { description: 'That put it there; null: none did' },
  ),
});
export type DeviceRun = Static<typeof DeviceRun>;

export const RunQuery = Type.Object(
  {
    at: Type.Optional(
      Type.Unsafe<Static<typeof Ids.timestamp>>({
        ...Ids.timestamp,
        description: 'Only what ran then',
      }),
    ),
    ...paging,
  },
  { additionalProperties: false },
);
export type RunQuery = Static<typeof RunQuery>;

export const RunPage = Type.Object({
  runs: Type.Array(DeviceRun, { description: 'Newest first' }),
  next,
});
export type RunPage = Static<typeof RunPage>;
