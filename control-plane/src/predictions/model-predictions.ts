import type { Prediction, PredictionLine, Sha256, TaskId } from '@edgeloop/protocol';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Database } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import type { ModelStore } from '../registry/model-store.ts';
import type { Form, PredictionView } from '../resources/prediction.ts';
import { readPredictionLines } from './read-prediction-lines.ts';

export interface PredictionParts {
  readonly database: Database;
  readonly models: Pick<ModelStore, 'view'>;
  readonly artifacts: Pick<Artifacts, 'find' | 'read'>;
}

/** What one form of a model made of one test sample. */
export type Called = Omit<PredictionView, 'picture'>;

/** What a model made of its test side. */
export interface ModelPredictions {
  readonly task: TaskId;
  /** Read anew each time. A form that a line does not have is left out. */
  calls(form: Form): AsyncGenerator<Called>;
}

/**
 * @throws ControlPlaneError `NOT_FOUND` for a model that is not here, or whose package has no
 * predictions
 */
export async function modelPredictions(
  digest: Sha256,
  { models, artifacts }: PredictionParts,
): Promise<ModelPredictions> {
  const { task, manifest } = await models.view(digest);
  const sha256 = manifest.metrics?.predictions.sha256;
  if (sha256 === undefined || (await artifacts.find(sha256)) === null) {
    const message = `Expected a model whose package has predictions, received ${digest}. Bring all of its files, or evaluate it where it was trained.`;
    throw new ControlPlaneError('NOT_FOUND', message);
  }
  return {
    task,
    async *calls(form) {
      for await (const line of readPredictionLines(await artifacts.read(sha256))) {
        const made = line[form];
        if (made) yield calledOf(line, made);
      }
    },
  };
}

const calledOf = (
  { sha256, label }: Pick<PredictionLine, 'sha256' | 'label'>,
  made: Prediction,
): Called => ({
  sha256,
  truth: label,
  predicted: made.label,
  score: made.scores.reduce((most, score) => Math.max(most, score), 0),
});

/** The most certain first; of equal ones by digest, so that pages do not overlap. */
export function byCertainty(a: Called, b: Called): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.sha256 < b.sha256 ? -1 : 1;
}

/** Which of these samples have their picture here. */
export async function withPictures<Item extends { readonly sha256: Sha256 }>(
  { database }: Pick<PredictionParts, 'database'>,
  task: TaskId,
  items: readonly Item[],
): Promise<(Item & { readonly picture: boolean })[]> {
  if (items.length === 0) return [];
  const rows = await database
    .selectFrom('samples')
    .select('sha256')
    .where('task', '=', task)
    .where(
      'sha256',
      'in',
      items.map(({ sha256 }) => sha256),
    )
    .execute();
  const here = new Set(rows.map(({ sha256 }) => sha256));
  return items.map((item) => ({ ...item, picture: here.has(item.sha256) }));
}
