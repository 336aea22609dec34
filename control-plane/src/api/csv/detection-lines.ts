import type { DetectionPage, StoredDetection } from '../../resources/detection.ts';
import { type CsvValue, csvLine } from './csv-line.ts';

type Column = readonly [string, (detection: StoredDetection) => CsvValue];

/** Of an occurrence; nothing in the line of a frame. */
const ofOccurrence = (name: 'occurrence' | 'topScore' | 'startedAt' | 'frames'): Column => [
  name,
  (detection) => (detection.type === 'frame' ? null : detection[name]),
];

const COLUMNS: readonly Column[] = [
  ['id', ({ id }) => id],
  ['capturedAt', ({ capturedAt }) => capturedAt],
  ['receivedAt', ({ receivedAt }) => receivedAt],
  ['site', ({ site }) => site],
  ['device', ({ device }) => device],
  ['camera', ({ camera }) => camera],
  ['type', ({ type }) => type],
  ['label', ({ label }) => label],
  ['score', ({ score }) => score],
  ofOccurrence('occurrence'),
  ofOccurrence('topScore'),
  ofOccurrence('startedAt'),
  ['endedAt', (detection) => (detection.type === 'end' ? detection.endedAt : null)],
  ofOccurrence('frames'),
  ['slot', ({ slot }) => slot],
  ['model', ({ model }) => model],
  ['stream', ({ stream }) => stream],
  ['seq', ({ seq }) => seq],
  ['replayed', ({ replayed }) => replayed],
];

/**
 * The names of the columns, then a line for each detection: a page in memory at a time, and the
 * next is read when the reader has taken the one before.
 * @param readPage the page that begins at a cursor
 */
export async function* detectionLines(
  first: DetectionPage,
  readPage: (cursor: string) => Promise<DetectionPage>,
): AsyncGenerator<string> {
  yield csvLine(COLUMNS.map(([name]) => name));
  for (let page = first; ; page = await readPage(page.next)) {
    yield page.detections.map((one) => csvLine(COLUMNS.map(([, of]) => of(one)))).join('');
    if (page.next === null) return;
  }
}
