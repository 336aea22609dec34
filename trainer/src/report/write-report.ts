import { join } from 'node:path';
import { writeDurably } from '@edgeloop/disk';
import { reportPage } from './page.ts';
import { type RunFigures, runFigures } from './run-figures.ts';
import type { RunRecord } from './run-record.ts';
import { readThumbnails } from './thumbnails.ts';

/** Files of a run's folder. */
export const RUN_FILES = {
  events: 'events.jsonl',
  metrics: 'metrics.json',
  report: 'report.html',
} as const;

/**
 * Writes `metrics.json` and `report.html`.
 * @param dataset Folder that the pictures' names are relative to.
 */
export async function writeReport(
  runFolder: string,
  dataset: string,
  run: RunRecord,
): Promise<RunFigures> {
  const figures = runFigures(run);
  const thumbnails = await readThumbnails(
    figures.mistakes.mostConfident.map(({ file }) => ({ file, path: join(dataset, file) })),
  );
  await replace(join(runFolder, RUN_FILES.metrics), `${JSON.stringify(figures, null, 2)}\n`);
  await replace(join(runFolder, RUN_FILES.report), reportPage(figures, thumbnails));
  return figures;
}

/** On disk when it resolves: nothing is left to write it from again. */
const replace = (path: string, text: string) => writeDurably(path, text, 0o666);
