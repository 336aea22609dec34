import { readFileSync } from 'node:fs';
import Type, { type Static, type TProperties } from 'typebox';
import { findMistakes } from '../../../../agent/src/config/explain-config.ts';
import { parseYaml } from '../../../../agent/src/simulate/scenario/parse-yaml.ts';

const Strict = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false });
const Name = Type.String({ minLength: 1 });
const Counts = Type.Record(Type.String(), Type.Integer({ minimum: 0 }));
/** Of rollouts the one that is meant; absent: `main`. */
const of = { of: Type.Optional(Name) };

/** One step: what is done, or what must come about. */
const Step = Type.Union([
  /** A rollout is made. `refused`: with this code. */
  Strict({
    create: Type.Record(Type.String(), Type.Unknown()),
    as: Type.Optional(Name),
    refused: Type.Optional(Name),
  }),
  Strict({
    order: Name,
    ...of,
    by: Type.Optional(Type.Literal('another')),
    refused: Type.Optional(Name),
  }),
  /** More devices come; those that have left come back. */
  Strict({ join: Type.Integer({ minimum: 1 }) }),
  /** Those that joined go. */
  Strict({ leave: Type.Literal('those that joined') }),
  /** So many of the site's devices are offline. */
  Strict({ offline: Type.Integer({ minimum: 0 }) }),
  /** Its state, and which wave. */
  Strict({ until: Name, wave: Type.Optional(Type.Integer()), ...of }),
  /** So long it does not leave this state. */
  Strict({ stays: Name, forMillis: Type.Integer(), ...of }),
  /** Exactly so many of its devices are in each state. */
  Strict({ devices: Counts, ...of }),
  /** Exactly so many devices say that they run each model. */
  Strict({ run: Counts }),
  /**
   * Exactly so many devices say that of a configuration; of those that say nothing of any nothing
   * is counted.
   */
  Strict({ configured: Counts }),
  /**
   * A decision, by whom or which gate. Of a gate: what it found was too much; `failsClosed`: it
   * found too little to go on.
   */
  Strict({
    decided: Name,
    by: Type.Optional(Name),
    failsClosed: Type.Optional(Type.Boolean()),
    ...of,
  }),
  Strict({ champion: Name }),
]);
export type Step = Static<typeof Step>;

const Play = Strict({
  says: Type.String({ description: 'What it shows, as the name of its test' }),
  devices: Type.Integer({ minimum: 1, maximum: 100 }),
  settleMillis: Type.Optional(
    Type.Integer({ description: 'Before the rollout: of what a wave is compared with' }),
  ),
  /** A scenario of `edgeloop-agent simulate`. */
  fleet: Type.Record(Type.String(), Type.Unknown()),
  /** Of the request that makes the rollout `main`: what is not as the stand has it. */
  rollout: Type.Record(Type.String(), Type.Unknown()),
  /** What comes before it. */
  before: Type.Optional(Type.Array(Step)),
  steps: Type.Array(Step, { minItems: 1 }),
});
export type Play = Static<typeof Play>;

/**
 * @throws AgentError for what is no play: a step that nobody knows would be one that nobody checks
 */
export function readPlay(path: string): Play {
  const text = readFileSync(path, 'utf8');
  return parseYaml<Play>(text, path, (value) => findMistakes(Play, value));
}
