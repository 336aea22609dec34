import { serveRequests } from '../process/child-requests.ts';
import type { TrainingBatches, TrainingOptions } from './engine.ts';
import { TrainingSession } from './training-session.ts';

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

let session: TrainingSession | null = null;

serveRequests(async (message) => {
  const request = message as TrainingRequest;
  if (request.kind === 'start') {
    session = await TrainingSession.load(request.options);
    return null;
  }
  if (!session) throw new Error('Expected start before anything else.');
  switch (request.kind) {
    case 'train':
      return session.train(request.batches);
    case 'weights':
      return session.weights();
    case 'save':
      return session.save(request.path, request.notes);
    case 'restore':
      return session.restore(request.path);
  }
});
