import type { Sha256 } from '@edgeloop/protocol';
import { ControlPlaneError } from '../errors.ts';
import { midP } from '../jobs/gate/mcnemar.ts';
import type { Difference, Form, ModelComparison } from '../resources/prediction.ts';
import {
  byCertainty,
  type Called,
  modelPredictions,
  type PredictionParts,
  withPictures,
} from './model-predictions.ts';
import { TopK } from './top-k.ts';

/** Samples that only one of two is right on, and that are shown. */
const SHOWN = 50;

/**
 * Two models of a task on the samples that both were tested on: a sample's side is decided once, so
 * neither was trained on any of them. What the gate says of a candidate is another figure: it has
 * the champion run on the whole test side of the candidate.
 * @throws ControlPlaneError `NOT_FOUND`, `PREDICTIONS_UNREADABLE`, `CONFLICT` for models of two
 * tasks
 */
export async function compareModels(
  model: Sha256,
  other: Sha256,
  form: Form,
  parts: PredictionParts,
): Promise<ModelComparison> {
  const [own, others] = [
    await modelPredictions(model, parts),
    await modelPredictions(other, parts),
  ];
  if (own.task !== others.task) {
    const message = `Expected two models of one task, received one of ${own.task} and one of ${others.task}.`;
    throw new ControlPlaneError('CONFLICT', message);
  }
  const known = new Map<Sha256, Called>();
  for await (const called of others.calls(form)) known.set(called.sha256, called);
  const sum = new Tally();
  for await (const called of own.calls(form)) {
    const asOther = known.get(called.sha256);
    if (asOther) sum.add(called, asOther);
  }
  const { won, lost, ...figures } = sum.result();
  const { samples, wins, losses } = figures;
  return {
    model,
    other,
    form,
    ...figures,
    p: samples === 0 ? null : midP(wins, losses),
    won: await withPictures(parts, own.task, won),
    lost: await withPictures(parts, own.task, lost),
  };
}

/** A sample that the two differ on. */
type Differing = Omit<Difference, 'picture'>;

/** Who was right on what, sample by sample. */
class Tally {
  readonly #counts = { samples: 0, relabelled: 0, right: 0, otherRight: 0, wins: 0, losses: 0 };
  readonly #classes = new Map<string, { samples: number; right: number; otherRight: number }>();
  readonly #won = new TopK<Differing>(SHOWN, byCertainty);
  readonly #lost = new TopK<Differing>(SHOWN, byCertainty);

  add(called: Called, { truth, predicted, score }: Called): void {
    if (called.truth !== truth) {
      this.#counts.relabelled += 1;
      return;
    }
    const [right, otherRight] = [called.predicted === truth, predicted === truth];
    const ofClass = this.#classes.get(truth) ?? { samples: 0, right: 0, otherRight: 0 };
    this.#classes.set(truth, ofClass);
    for (const counts of [this.#counts, ofClass]) {
      counts.samples += 1;
      if (right) counts.right += 1;
      if (otherRight) counts.otherRight += 1;
    }
    if (right === otherRight) return;
    this.#counts[right ? 'wins' : 'losses'] += 1;
    (right ? this.#won : this.#lost).add({ ...called, other: { predicted, score } });
  }

  result() {
    const classes = [...this.#classes].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      ...this.#counts,
      classes: Object.fromEntries(classes),
      won: this.#won.items(),
      lost: this.#lost.items(),
    };
  }
}
