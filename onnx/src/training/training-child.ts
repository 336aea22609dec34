import { serveRequests } from '../process/child-requests.ts';
import type { TrainingBatches, TrainingOptions } from './engine.ts';
import { TrainingSession } from './training-session.ts';

/** What the engine asks of its child. */
export type TrainingRequest =
  | { readonly kind: 'start'; readonly options: TrainingOptions }
  | { readonly kind: 'train'; readonly batches: TrainingBatches }
  | { readonly kind: 'weights' };

let session: TrainingSession | null = null;

serveRequests(async (message) => {
  const request = message as TrainingRequest;
  if (request.kind === 'start') {
    session = await TrainingSession.load(request.options);
    return null;
  }
  if (!session) throw new Error('Expected start before anything else.');
  return request.kind === 'train' ? session.train(request.batches) : session.weights();
});
