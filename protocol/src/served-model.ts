import type { ServedModel, Sha256 } from './ids.ts';

/** What is counted by itself: a model as it came, or with a head that was tuned on the device. */
export function servedModel(model: Sha256, head: Sha256 | undefined): ServedModel {
  return (head === undefined ? model : `${model}+${head}`) as ServedModel;
}

/** Whether a head that was tuned on one device decided: what it counts is not the model's. */
export function isTuned(served: string): boolean {
  return served.includes('+');
}
