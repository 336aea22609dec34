import type { Sha256 } from '@edgeloop/protocol';
import { DEFAULT_LIMIT } from '../resources/page.ts';
import type { PredictionPage, PredictionQuery } from '../resources/prediction.ts';
import { decodeCursor, encodeCursor } from '../store/read/cursor.ts';
import {
  byCertainty,
  type Called,
  modelPredictions,
  type PredictionParts,
  withPictures,
} from './model-predictions.ts';
import { TopK } from './top-k.ts';

/**
 * What a model made of its test samples, the most certain first: among mistakes, those a person
 * should look at first. The label is often what is wrong.
 * @throws ControlPlaneError `NOT_FOUND`, `PREDICTIONS_UNREADABLE`, `REQUEST_INVALID` for a cursor
 * of another list
 */
export async function listPredictions(
  digest: Sha256,
  query: PredictionQuery,
  parts: PredictionParts,
): Promise<PredictionPage> {
  const { form = 'int8', limit = DEFAULT_LIMIT } = query;
  const behind = isBehind(query.cursor);
  const { task, calls } = await modelPredictions(digest, parts);
  const page = new TopK<Called>(limit + 1, byCertainty);
  let total = 0;
  for await (const called of calls(form)) {
    if (!fits(called, query)) continue;
    total += 1;
    if (behind(called)) page.add(called);
  }
  const found = page.items();
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    form,
    total,
    predictions: await withPictures(parts, task, shown),
    next: last && found.length > limit ? encodeCursor(ORDER, [last.score, last.sha256]) : null,
  };
}

const ORDER = 'predictions';

function fits({ truth, predicted }: Called, query: PredictionQuery): boolean {
  if (query.truth !== undefined && truth !== query.truth) return false;
  if (query.predicted !== undefined && predicted !== query.predicted) return false;
  if (query.outcome === undefined) return true;
  return (truth === predicted) === (query.outcome === 'right');
}

/** Whether it comes after the page before. */
function isBehind(cursor: string | undefined): (called: Called) => boolean {
  if (cursor === undefined) return () => true;
  const [score, sha256] = decodeCursor(ORDER, ['number', 'string'] as const, cursor);
  const last = { score, sha256: sha256 as Sha256, truth: '', predicted: '' };
  return (called) => called.sha256 !== sha256 && byCertainty(last, called) < 0;
}
