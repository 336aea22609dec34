import { timestamp } from '@edgeloop/protocol';
import t from 'tap';
import type { DetectionQuery } from '../../../control-plane/src/resources/detection.ts';
import { listDetections } from '../../../control-plane/src/store/read/list-detections.ts';
import { readTimeline } from '../../../control-plane/src/store/read/read-timeline.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { openStore } from '../stand/open-store.ts';
import { record, row } from './records.ts';

/**
 * What SQL, an array of PostgreSQL's, and our own marks for parameters would take for something
 * else.
 */
const WORDS = [
  ...["'; DROP TABLE detections; --", "' OR '1'='1", '"', '\\', "\\'", '\\"', '{a,b}', '{"', '}'],
  ...['NULL', 'null', '', ' ', ',', '?', '$1', '@name', ':each', '\n\r\t\b', '%_', '\u2028', '👁'],
];

t.test('what a device says is stored as it is said, and asked for so', async (t) => {
  const { writer, reading } = openStore(t);
  writer.commit(WORDS.map((label, i) => row(i + 1, { label, source: label })));
  const list = (query: object) =>
    listDetections(reading, { limit: 100, order: 'stored', ...query } as DetectionQuery & {
      limit: number;
    }).detections;
  t.same(
    list({}).map(({ label }) => label),
    WORDS,
  );
  for (const label of WORDS) t.match(list({ label }), [{ label, source: label }], label);
});

t.test('text that no database takes for text hurts nobody who reads the rest', async (t) => {
  const { writer, reading } = openStore(t);
  // U+0000 and half of a pair: JSON has both.
  const odd = { futureField: 'a\u0000b\ud800' };
  const at = (seconds: number) => timestamp(MIDNIGHT + 1000 * seconds);
  const occurrence = {
    occurrence: '00000000-0000-4000-8000-000000000001',
    label: 'good',
    topScore: 0.9,
    startedAt: at(1),
    frames: 3,
    ...odd,
  };
  writer.commit([
    row(1, { ...occurrence, type: 'new' }),
    row(2, { ...occurrence, type: 'end', endedAt: at(2) }),
    record(
      'state',
      { label: null, score: 0, since: at(2), model: 'a'.repeat(64), occurrence: null },
      { camera: 'cam0' },
    ),
  ]);
  const span = { from: MIDNIGHT, to: MIDNIGHT + 60_000, bucketMillis: 1000 };
  const timeline = readTimeline(reading, { ...span, device: 'pi-1' } as never);
  t.match(timeline?.intervals, [{ label: 'good', score: 0.9, begin: at(1), end: at(2) }]);
  const all = listDetections(reading, { limit: 10, order: 'stored' } as never).detections;
  t.match(all, [odd, odd]);
});
