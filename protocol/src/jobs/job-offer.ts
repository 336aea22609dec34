import Type, { type Static } from 'typebox';
import { Check } from 'typebox/value';
import { ProtocolError } from '../errors.ts';
import { Ids } from '../id-schemas.ts';
import { explainMismatch } from '../mismatch.ts';
import { JobRecipe } from './job-recipe.ts';

/** Weights that a training starts from. */
export const JobInit = Type.Union([
  Type.Object({ kind: Type.Literal('random') }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal('model'), package: Ids.sha256 },
    { additionalProperties: false, description: 'FP32 of a model of the registry' },
  ),
  Type.Object(
    { kind: Type.Literal('weights'), name: Type.String({ minLength: 1, maxLength: 100 }) },
    {
      additionalProperties: false,
      description:
        'Known weights that the trainer has fetched: `edgeloop-trainer weights fetch <name>`',
    },
  ),
]);
export type JobInit = Static<typeof JobInit>;

/** A file of the run's folder, kept as an artifact. */
export const CheckpointFile = Type.Object(
  {
    path: Type.String({ pattern: '^(checkpoint|best-\\d{1,5})\\.safetensors$' }),
    sha256: Ids.sha256,
    bytes: Type.Integer({ minimum: 1 }),
  },
  { additionalProperties: false },
);
export type CheckpointFile = Static<typeof CheckpointFile>;

/**
 * All that another trainer needs to go on: a checkpoint, the best weights that it speaks of, and
 * perhaps newer ones.
 */
export const JobCheckpoint = Type.Array(CheckpointFile, { minItems: 1, maxItems: 3 });
export type JobCheckpoint = Static<typeof JobCheckpoint>;

/** A job as a trainer gets it. */
export const JobOffer = Type.Object({
  job: Ids.job,
  lease: Ids.lease,
  leaseSeconds: Type.Number({
    exclusiveMinimum: 0,
    description: 'Without a heartbeat for so long, another trainer gets the job',
  }),
  attempt: Type.Integer({ minimum: 1 }),
  task: Ids.task,
  dataset: Type.Object({
    version: Type.Integer({ minimum: 1 }),
    fingerprint: Ids.sha256,
  }),
  recipe: JobRecipe,
  init: JobInit,
  /**
   * As the lease begins; null: there is none. The gate compares with the one of its own time, so a
   * trainer asks again before it runs it.
   */
  champion: Type.Union([Ids.sha256, Type.Null()]),
  checkpoint: Type.Union([JobCheckpoint, Type.Null()]),
});
export type JobOffer = Static<typeof JobOffer>;

const OfferWithoutRecipe = Type.Omit(JobOffer, ['recipe']);

/**
 * An offer as a trainer takes it from the network: its ids and paths become names of files there.
 * The recipe is for `recipeMistake` to judge, so that the job can be told to have failed for it.
 * @throws ProtocolError `PROTOCOL_MESSAGE_INVALID`
 */
export function parseJobOffer(value: unknown): JobOffer {
  if (Check(OfferWithoutRecipe, value)) return value as JobOffer;
  throw new ProtocolError(
    'PROTOCOL_MESSAGE_INVALID',
    `A job that is offered is wrong: ${explainMismatch(OfferWithoutRecipe, value)}`,
  );
}
