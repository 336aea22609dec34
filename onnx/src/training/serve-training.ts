import type { Weights } from '../architecture/weights.ts';
import { collectGarbage, serveRequests } from '../process/child-requests.ts';
import type { StepResults, TrainingBatches, TrainingOptions } from './engine.ts';

/** What the engine asks of its child. */
export type TrainingRequest =
  | { readonly kind: 'start'; readonly options: TrainingOptions }
  | { readonly kind: 'train'; readonly batches: TrainingBatches }
  | { readonly kind: 'weights' }
  | {
      readonly kind: 'save';
      readonly path: string;
      readonly notes: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'restore'; readonly path: string };

/** What trains inside the child, as `TrainingEngine` tells; it may block its thread. */
export interface LoadedTraining {
  readonly runtime: string;
  train(batches: TrainingBatches): Promise<StepResults>;
  weights(): Promise<Weights>;
  save(path: string, notes: Readonly<Record<string, string>>): Promise<void>;
  /** @returns Steps that were done when it was saved. */
  restore(path: string): Promise<number>;
}

/** The child's side of `ChildTrainingEngine`. */
export function serveTraining(load: (options: TrainingOptions) => Promise<LoadedTraining>): void {
  let training: LoadedTraining | null = null;
  serveRequests(async (message) => {
    const request = message as TrainingRequest;
    if (request.kind === 'start') {
      training = await load(request.options);
      collectGarbage();
      return training.runtime;
    }
    if (!training) throw new Error('Expected start before anything else.');
    switch (request.kind) {
      case 'train':
        collectGarbage();
        return training.train(request.batches);
      case 'weights':
        return training.weights();
      case 'save':
        return training.save(request.path, request.notes);
      case 'restore':
        return training.restore(request.path);
    }
  });
}
