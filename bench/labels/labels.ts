import { existsSync } from 'node:fs';
import type { Weights } from '@edgeloop/onnx';
import { seededRandom } from '@edgeloop/protocol';
import type { BenchResult, Bound } from '../measure.ts';
import { type Choice, chooseOurs, chooseRandom, type LabellingState } from './choose.ts';
import { drawnSet } from './drawn-set.ts';
import { type CurvePoint, labelsNeeded } from './labels-needed.ts';
import { Learner } from './learner.ts';
import { steelSet } from './steel-set.ts';
import type { Frame, LabelSet } from './stream.ts';

const DATA = process.env.EDGELOOP_TEST_DATA ?? '../shared/data';
const SEEDS = [1, 2, 3];

/**
 * Held-out accuracy against the number of labels: frames that the agent would keep, in the order of
 * the labelling queue, beside frames at random. Both begin with the same random labels and the same
 * first model; each round asks for labels, and trains the network on from its last weights on all
 * of them, for as many steps.
 */
export async function benchLabels({ set: wanted }: { set?: string }): Promise<BenchResult> {
  const data = existsSync(DATA) ? DATA : null;
  if (data === null) tell(`No pictures in ${DATA}: the drawn set alone, from nothing.`);
  const all = [drawnSet(data), ...(data === null ? [] : [steelSet(data)])];
  const sets = all.filter(({ name }) => wanted === undefined || name === wanted);
  const figures: Record<string, string | number>[] = [];
  const bounds: Bound[] = [];
  for (const set of sets) {
    const learner = await Learner.of(set);
    const curves: { ours: CurvePoint[]; random: CurvePoint[] }[] = [];
    for (const seed of SEEDS) curves.push(await compare(set, learner, seed));
    const ours = meanOf(curves.map((curve) => curve.ours));
    const random = meanOf(curves.map((curve) => curve.random));
    for (const [i, { labels, accuracy }] of random.entries()) {
      figures.push({
        set: set.name,
        labels,
        random: accuracy,
        ours: ours[i]?.accuracy ?? Number.NaN,
        ...Object.fromEntries(
          SEEDS.map((seed, s) => [
            `seed${seed}`,
            `${shown(curves[s]?.random[i])} / ${shown(curves[s]?.ours[i])}`,
          ]),
        ),
      });
    }
    const goal = Math.max(...random.map(({ accuracy }) => accuracy));
    bounds.push({
      name: `labels for the accuracy that random ones reach, ${set.name}`,
      most: 0.6,
      value: labelsNeeded(ours, goal) / labelsNeeded(random, goal),
    });
  }
  return { bench: 'labels', figures, bounds };
}

/** It takes minutes. */
const tell = (text: string) => process.stderr.write(`${text}\n`);

const shown = (point: CurvePoint | undefined) => (point ? point.accuracy.toFixed(3) : '');

async function compare(set: LabelSet, learner: Learner, seed: number) {
  const { stream, heldOut } = await set.frames(seed);
  const random = seededRandom(seed, 1);
  const none: LabellingState = { labelled: new Set(), directions: [] };
  const first = add(none, chooseRandom(stream, none, set.first, random));
  const trained = (from: Weights, { labelled }: LabellingState, round: number) =>
    learner.train(
      from,
      [...labelled].map((i) => (stream[i] as Frame).sample),
      100 * seed + round,
    );
  const begun = await trained(await set.weights(seed), first, 0);
  const start = { labels: set.first, accuracy: await learner.accuracy(begun, heldOut) };
  const curve = async (
    choose: (known: LabellingState, weights: Weights, round: number) => Promise<Choice>,
  ) => {
    const points: CurvePoint[] = [start];
    let known = first;
    let weights = begun;
    for (let round = 1; round <= set.rounds; round++) {
      known = add(known, await choose(known, weights, round));
      weights = await trained(weights, known, round);
      const accuracy = await learner.accuracy(weights, heldOut);
      points.push({ labels: known.labelled.size, accuracy });
      tell(`${set.name}, seed ${seed}: ${accuracy.toFixed(3)} with ${known.labelled.size}`);
    }
    return points;
  };
  return {
    ours: await curve(async (known, weights, round) =>
      chooseOurs(stream, await learner.look(weights, stream), known, {
        classes: set.classes,
        model: `round-${round}`,
        count: set.each,
      }),
    ),
    random: await curve(async (known) => chooseRandom(stream, known, set.each, random)),
  };
}

const add = (known: LabellingState, { frames, directions }: Choice): LabellingState => ({
  labelled: new Set([...known.labelled, ...frames]),
  directions: [...known.directions, ...directions],
});

/**
 * Point by point: all curves have as many. Where ours was given fewer labels, of the labels that it
 * was given.
 */
function meanOf(curves: readonly (readonly CurvePoint[])[]): CurvePoint[] {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return (curves[0] ?? []).map((_, i) => ({
    labels: mean(curves.map((curve) => curve[i]?.labels ?? Number.NaN)),
    accuracy: mean(curves.map((curve) => curve[i]?.accuracy ?? Number.NaN)),
  }));
}
