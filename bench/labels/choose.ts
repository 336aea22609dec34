import { type CameraId, epochMillis, type Random, type Sha256 } from '@edgeloop/protocol';
import { Observer } from '../../agent/src/sampling/observe/observer.ts';
import { reasonsFor } from '../../agent/src/sampling/policies/policies.ts';
import { DEFAULT_PLAN } from '../../agent/src/sampling/sampling-plan.ts';
import { type Direction, directionOf } from '../../control-plane/src/labels/novelty.ts';
import { type Candidate, rankQueue } from '../../control-plane/src/labels/rank-queue.ts';
import { packEmbedding } from '../../control-plane/src/samples/embedding/packed-embedding.ts';
import type { GroupId } from '../../control-plane/src/samples/side.ts';
import { shuffled } from '../../trainer/src/augment/batches.ts';
import type { Inference } from './learner.ts';
import type { Frame } from './stream.ts';

/** Frames that have a label, and what the models that were asked made of them at the time. */
export interface LabellingState {
  readonly labelled: ReadonlySet<number>;
  readonly directions: readonly Direction[];
}

export interface Choice {
  readonly frames: readonly number[];
  readonly directions: readonly Direction[];
}

/**
 * Neither budgets nor the cool-down: they bound how much a device keeps, not which. No draw: what
 * is drawn at random makes the test set, which whoever chooses otherwise needs as well, and is no
 * label of either side here.
 */
const PLAN = { ...DEFAULT_PLAN, random: null };
const CAMERA = 'cam0' as CameraId;

/**
 * What the device would keep of a stream that its model has seen, in the order in which the
 * labelling queue would show it. Where it keeps fewer, those are all that is labelled.
 */
export function chooseOurs(
  stream: readonly Frame[],
  seen: readonly Inference[],
  { labelled, directions }: LabellingState,
  { classes, model, count }: { classes: readonly string[]; model: string; count: number },
): Choice {
  const observer = new Observer();
  const candidates: Candidate[] = [];
  for (const [i, { scores, embedding }] of seen.entries()) {
    const guess = classes[scores.indexOf(Math.max(...scores))] as string;
    const facts = observer.observe(
      { frameId: `${i}`, camera: CAMERA, label: guess, scores, embedding },
      PLAN.changed?.distance ?? Number.POSITIVE_INFINITY,
    );
    const reasons = reasonsFor({ ...facts, disagreed: false, requested: false }, PLAN);
    if (reasons.length === 0 || labelled.has(i)) continue;
    candidates.push({
      sample: i,
      guess,
      uncertainty: 1 - facts.margin,
      receivedAt: epochMillis(i),
      random: false,
      disputed: false,
      drifted: false,
      group: groupOf(stream, i),
      direction: directionOf({ model, packed: packEmbedding(embedding) }),
    });
  }
  const queue = rankQueue(
    candidates,
    {
      byClass: countsOf([...labelled], (i) => classes[stream[i]?.sample.label as number] as string),
      byGroup: countsOf([...labelled], (i) => groupOf(stream, i)),
      directions,
    },
    count,
  );
  return {
    frames: queue.map(({ sample }) => sample),
    directions: queue.flatMap(({ direction }) => direction ?? []),
  };
}

/** Any frames that have no label yet. */
export function chooseRandom(
  stream: readonly Frame[],
  { labelled }: LabellingState,
  count: number,
  random: Random,
): Choice {
  const free = [...stream.keys()].filter((i) => !labelled.has(i));
  return { frames: shuffled(free, random).slice(0, count), directions: [] };
}

const groupOf = (stream: readonly Frame[], i: number) => `${stream[i]?.burst}` as Sha256 as GroupId;

function countsOf<Key>(frames: readonly number[], keyOf: (i: number) => Key): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const i of frames) counts.set(keyOf(i), (counts.get(keyOf(i)) ?? 0) + 1);
  return counts;
}
