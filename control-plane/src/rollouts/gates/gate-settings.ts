import Type, { type Static, type TProperties } from 'typebox';

const Share = Type.Number({ minimum: 0, maximum: 1 });
const Devices = (description: string) => Type.Integer({ minimum: 1, description });
const Frames = (description: string) => Type.Integer({ minimum: 1, description });

/** What a wave does that a gate stops: waits for a person, or the whole rollout goes back. */
const OnFailure = Type.Union([Type.Literal('pause'), Type.Literal('roll back')]);

const Alpha = Type.Number({
  exclusiveMinimum: 0,
  maximum: 0.2,
  description: 'How often it may stop a model that changed nothing: 0.01 is one wave in a hundred',
});

/**
 * One gate: its kind, its limit, the sample without which it does not pass, and what its failure
 * does.
 */
const gate = <Kind extends string, Properties extends TProperties>(
  kind: Kind,
  properties: Properties,
) =>
  Type.Object(
    { kind: Type.Literal(kind), ...properties, onFailure: OnFailure },
    { additionalProperties: false },
  );

/** Against other devices: without so many it does not pass. */
const Compared = Type.Object(
  {
    devices: Devices("Of the wave's, with so many frames before and after"),
    frames: Frames('Of each device, on each side of its change'),
    controlDevices: Devices('Not touched meanwhile, with so many frames'),
  },
  { additionalProperties: false },
);

export const UpdateSuccessGate = gate('update-success', {
  limit: Type.Unsafe<number>({ ...Share, description: "Of the wave's devices, least committed" }),
  minimum: Type.Object({ devices: Devices('In the wave') }, { additionalProperties: false }),
});
export type UpdateSuccessGate = Static<typeof UpdateSuccessGate>;

export const UpdateErrorsGate = gate('update-errors', {
  limit: Type.Unsafe<number>({
    ...Share,
    description: "Of the wave's devices, most that failed, refused or reverted",
  }),
  count: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Most of them, however large the wave' }),
  ),
  minimum: Type.Object({ devices: Devices('In the wave') }, { additionalProperties: false }),
});
export type UpdateErrorsGate = Static<typeof UpdateErrorsGate>;

export const MinimumReportsGate = gate('minimum-reports', {
  limit: Type.Unsafe<number>({
    ...Share,
    description: 'Of the measured devices that run the new model, least with enough frames by it',
  }),
  minimum: Type.Object(
    { devices: Devices('With enough frames'), frames: Frames('Of each such device') },
    { additionalProperties: false },
  ),
});
export type MinimumReportsGate = Static<typeof MinimumReportsGate>;

export const LatencyGate = gate('latency', {
  limit: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, description: 'Of the 95th percentile, in milliseconds' }),
  ),
  ratio: Type.Number({
    exclusiveMinimum: 1,
    description:
      'Of the 95th percentile to that of the model before on the same devices, less what others slowed meanwhile',
  }),
  minimum: Type.Object(
    { devices: Devices('With frames'), frames: Frames('Of all together, before and after') },
    { additionalProperties: false },
  ),
});
export type LatencyGate = Static<typeof LatencyGate>;

export const RestartsGate = gate('restarts', {
  limit: Type.Number({
    minimum: 0,
    description: 'Starts of the agent and of model processes in a device hour, beyond the others',
  }),
  alpha: Alpha,
  minimum: Type.Object(
    {
      devices: Devices('That said a word in the window'),
      restarts: Type.Integer({ minimum: 1, description: 'Fewer never stop a wave' }),
    },
    { additionalProperties: false },
  ),
});
export type RestartsGate = Static<typeof RestartsGate>;

export const ConfidenceGate = gate('confidence', {
  limit: Type.Unsafe<number>({
    ...Share,
    description: "Of the mean score's change, less that of the others in the same hours",
  }),
  direction: Type.Union([Type.Literal('fall'), Type.Literal('either')]),
  alpha: Alpha,
  minimum: Compared,
});
export type ConfidenceGate = Static<typeof ConfidenceGate>;

export const ClassMixGate = gate('class-mix', {
  measure: Type.Union([Type.Literal('psi'), Type.Literal('jensen-shannon')], {
    description: 'psi: population stability index; jensen-shannon: its divergence, in bits',
  }),
  limit: Type.Number({
    exclusiveMinimum: 0,
    description: 'Of the divergence from what the change of the others leads one to expect',
  }),
  alpha: Alpha,
  minimum: Compared,
});
export type ClassMixGate = Static<typeof ClassMixGate>;

export const ShadowAgreementGate = gate('shadow-agreement', {
  limit: Type.Unsafe<number>({
    ...Share,
    description: 'Least agreement with the model that decides, by its lower bound',
  }),
  classLimit: Type.Unsafe<number>({ ...Share, description: 'Of every class with enough frames' }),
  alpha: Alpha,
  minimum: Type.Object(
    {
      devices: Devices('With a shadow'),
      frames: Frames('Compared, of all together'),
      classFrames: Frames('Of a class, from which on it is judged by itself'),
    },
    { additionalProperties: false },
  ),
});
export type ShadowAgreementGate = Static<typeof ShadowAgreementGate>;

/** One gate of a wave. */
export const GateSettings = Type.Union([
  UpdateSuccessGate,
  UpdateErrorsGate,
  MinimumReportsGate,
  LatencyGate,
  RestartsGate,
  ConfidenceGate,
  ClassMixGate,
  ShadowAgreementGate,
]);
export type GateSettings = Static<typeof GateSettings>;
export type GateKind = GateSettings['kind'];
