import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';

const Sentence = Type.Union([Type.String(), Type.Null()]);

/** Status of an agent that runs, as it tells the command line beside it. */
export const AgentStatus = Type.Object({
  broker: Type.Object({
    /** Where it connects to; of a cluster several. */
    hosts: Type.Array(Type.String()),
    /** Why the broker does not let it in, and what to do; null: it does, or can't be reached. */
    refused: Sentence,
    /** What it does not grant, though the device needs it, and what to do; null: nothing. */
    lacking: Type.Optional(Sentence),
    /** Why there is no connection; null: there is one. */
    away: Sentence,
    /** Nobody stores what is sent, and what to do; null: somebody does, or it is not known yet. */
    unheard: Type.Optional(Sentence),
  }),
  /** Why health, metrics and the local page can't be reached; null: they can, or are off. */
  http: Type.Optional(Sentence),
  cameras: Type.Array(
    Type.Object({
      id: Ids.camera,
      state: Type.Union([
        Type.Literal('running'),
        Type.Literal('resting'),
        Type.Literal('finished'),
      ]),
      frames: Type.Integer({ minimum: 0 }),
      /** What is wrong with it; null: nothing. */
      problem: Sentence,
    }),
  ),
});
export type AgentStatus = Static<typeof AgentStatus>;

/** Where it is asked for. */
export const STATUS_PATH = '/status';
