import { type ModelRefusal, REFUSAL_CODES } from '@edgeloop/onnx/vetting';
import { FileReference, Ids, Manifest, Signature } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Verdict } from '../jobs/gate/verdict.ts';
import { AliasName } from '../registry/alias-name.ts';
import type { ModelState } from '../registry/model-states.ts';
import { nullable } from './page.ts';

/**
 * As much as an agent fetches. Confusion matrices and golden logits of many classes take the most
 * of it.
 */
export const MAX_MANIFEST_BYTES = 4 * 2 ** 20;

const JobReference = Type.String({ maxLength: 64, description: 'The training job that made it' });

export const NewModel = Type.Object(
  {
    task: Ids.task,
    manifest: Type.String({
      description: 'manifest.json, byte for byte: its digest names the model',
    }),
    signature: Type.Optional(
      Type.Unsafe<Signature>({
        ...Signature,
        description: 'manifest.sig.json; needed where the control plane has no key to sign with',
      }),
    ),
    parent: Type.Optional(Ids.sha256),
    job: Type.Optional(JobReference),
  },
  { additionalProperties: false },
);
export type NewModel = Static<typeof NewModel>;

const STATES = ['announced', 'checking', 'registered', 'refused'] as const satisfies ModelState[];
const ModelStateSchema = Type.Unsafe<ModelState>(
  Type.Union(
    STATES.map((state) => Type.Literal(state)),
    { description: 'announced: files may be missing. Only what is registered can be used' },
  ),
);

const Refusal = Type.Unsafe<ModelRefusal>(
  Type.Object({
    code: Type.Union(REFUSAL_CODES.map((code) => Type.Literal(code))),
    message: Type.String(),
  }),
);

const summary = {
  digest: Type.Unsafe<Static<typeof Ids.sha256>>({
    ...Ids.sha256,
    description: 'SHA-256 of manifest.json, which names every file by digest',
  }),
  task: Ids.task,
  name: Type.String(),
  state: ModelStateSchema,
  refusal: nullable(Refusal),
  accuracy: nullable(Type.Number({ description: 'On the test side; of INT8 where there is one' })),
  dataset: Type.Unsafe<Static<typeof Ids.sha256>>({
    ...Ids.sha256,
    description: "The dataset's fingerprint",
  }),
  parent: nullable(Ids.sha256),
  job: nullable(JobReference),
  aliases: Type.Array(AliasName),
  createdAt: Ids.timestamp,
  createdBy: Type.String(),
  decidedAt: nullable(Ids.timestamp),
};

export const ModelSummary = Type.Object(summary);
export type ModelSummary = Static<typeof ModelSummary>;

const Devices = Type.Integer({
  minimum: 0,
  description: 'Which run it in one slot at least, as they reported last',
});

const ListedModel = Type.Object({
  ...summary,
  devices: Devices,
  datasetVersion: nullable(
    Type.Integer({ minimum: 1, description: 'null: no dataset of this control plane' }),
  ),
});
export type ListedModel = Static<typeof ListedModel>;

export const ModelView = Type.Object({
  ...summary,
  signature: nullable(Signature),
  manifest: Manifest,
});
export type ModelView = Static<typeof ModelView>;

const GateView = Type.Object({
  job: Ids.job,
  verdict: Type.Unsafe<Verdict>({ ...Verdict, description: 'Each check with its reason' }),
});
export type GateView = Static<typeof GateView>;

export const ModelDetails = Type.Object({
  ...ModelView.properties,
  report: Type.Union(
    [Type.Object({ bytes: Type.Integer(), broughtAt: Ids.timestamp }), Type.Null()],
    {
      description: 'What its trainer wrote about the training: GET …/report. null: it brought none',
    },
  ),
  gate: Type.Union([GateView, Type.Null()], {
    description: 'Of the job that trained it: why it is a candidate, or is none. null: no such job',
  }),
});
export type ModelDetails = Static<typeof ModelDetails>;

/** A page that is here already, by its digest. */
export const NewReport = Type.Object({ sha256: Ids.sha256 }, { additionalProperties: false });
export type NewReport = Static<typeof NewReport>;

export const AnnouncedModel = Type.Object({
  model: ModelSummary,
  missing: Type.Array(FileReference, {
    description: 'Bring these by /api/uploads, then complete the model',
  }),
});
export type AnnouncedModel = Static<typeof AnnouncedModel>;

export const ModelQuery = Type.Object(
  {
    task: Type.Optional(Ids.task),
    state: Type.Optional(ModelStateSchema),
    digest: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{6,64}$', description: 'With which its digest begins' }),
    ),
    cursor: Type.Optional(Type.String({ description: 'next of the page before' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  },
  { additionalProperties: false },
);
export type ModelQuery = Static<typeof ModelQuery>;

export const ModelPage = Type.Object({
  models: Type.Array(ListedModel),
  next: nullable(Type.String({ description: 'cursor of the next page; null: this is the last' })),
});
export type ModelPage = Static<typeof ModelPage>;

export const NewAlias = Type.Object(
  {
    expected: Type.Optional(
      Type.Union([Ids.sha256, Type.Null()], {
        description: 'What the alias must stand for now (null: nothing); 412 otherwise',
      }),
    ),
  },
  { additionalProperties: false },
);
export type NewAlias = Static<typeof NewAlias>;

const Millis = Type.Number({ minimum: 0, description: 'Milliseconds' });

/** How long an inference takes where it runs. */
export const ModelLatency = Type.Object({
  devices: Type.Integer({ minimum: 0, description: 'That counted frames of it, over all boots' }),
  frames: Type.Integer({ minimum: 0 }),
  p50: nullable(Millis),
  p95: nullable(Millis),
});
export type ModelLatency = Static<typeof ModelLatency>;

const SampleOrigin = Type.Object({
  device: nullable(Ids.device),
  camera: nullable(Ids.camera),
  samples: Type.Integer({ minimum: 0 }),
});

export const ModelLineage = Type.Object({
  digest: Ids.sha256,
  task: Ids.task,
  parents: Type.Array(Ids.sha256, { description: 'The model it began from, and that one’s, …' }),
  job: nullable(JobReference),
  dataset: Type.Object({
    fingerprint: Ids.sha256,
    version: nullable(Type.Integer({ description: 'null: no dataset of this control plane' })),
    samples: nullable(Type.Integer()),
    origins: Type.Array(SampleOrigin, { description: 'Which devices the samples come from' }),
  }),
  devices: Type.Array(
    Type.Object({
      site: Ids.site,
      device: Ids.device,
      slots: Type.Array(Ids.slot),
      lastSeenAt: nullable(Ids.timestamp),
    }),
    { description: 'Which run it, as they reported last, by name; the first thousand' },
  ),
  recipe: Type.Record(Type.String(), Type.Unknown()),
  code: Type.Record(Type.String(), Type.String()),
});
export type ModelLineage = Static<typeof ModelLineage>;
