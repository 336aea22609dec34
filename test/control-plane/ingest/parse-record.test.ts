import { epochMillis } from '@edgeloop/protocol';
import t from 'tap';
import { parseRecord } from '../../../control-plane/src/ingest/parse-record.ts';
import { detection, MODEL, STREAM } from '../../stand/fleet/messages.ts';
import { health, shadow } from '../stand/health.ts';

const PREFIX = 'edgeloop/v1/works/pi-1';
const parse = (topic: string, payload: unknown, retained = false) =>
  parseRecord(
    {
      topic,
      payload: new TextEncoder().encode(
        typeof payload === 'string' ? payload : JSON.stringify(payload),
      ),
      retained,
    },
    epochMillis(7),
  );

t.same(parse(`${PREFIX}/detections/cam0`, detection()), {
  record: {
    name: 'detections',
    site: 'works',
    device: 'pi-1',
    camera: 'cam0',
    message: detection(),
    receivedAt: 7,
    retained: false,
  },
});
const agreement = shadow({ active: 'a'.repeat(64), candidate: 'b'.repeat(64) });
t.match(parse(`${PREFIX}/shadow`, agreement), { record: { name: 'shadow', message: agreement } });
t.match(parse(`${PREFIX}/health`, health()), { record: { name: 'health' } });
t.same(parse(`${PREFIX}/status`, ''), { record: null }, 'a cleared message');
t.same(parse(`${PREFIX}/delivered`, '{}'), { record: null }, 'our own word');

for (const [name, topic, payload, code] of [
  ['no JSON', `${PREFIX}/status`, '{', 'PROTOCOL_MESSAGE_INVALID'],
  [
    'a wrong type',
    `${PREFIX}/detections/cam0`,
    detection({ score: 7 }),
    'PROTOCOL_MESSAGE_INVALID',
  ],
  [
    'a time that is no date',
    `${PREFIX}/detections/cam0`,
    detection({ capturedAt: '2026-13-45T00:00:00.000Z' }),
    'PROTOCOL_MESSAGE_INVALID',
  ],
  [
    'an occurrence that began at no date',
    `${PREFIX}/state/cam0`,
    { label: null, score: 0, since: '2026-02-32T00:00:00.000Z', occurrence: null, model: MODEL },
    'PROTOCOL_MESSAGE_INVALID',
  ],
  [
    'more seconds than can be added up',
    `${PREFIX}/health`,
    { ...health(), uptimeSeconds: 1.5e308 },
    'PROTOCOL_MESSAGE_INVALID',
  ],
  ['a topic without a camera', `${PREFIX}/detections`, detection(), 'PROTOCOL_TOPIC_INVALID'],
  ['a device that is no id', 'edgeloop/v1/works/Pi 1/status', '{}', 'PROTOCOL_ID_INVALID'],
  ['another major', 'edgeloop/v2/works/pi-1/status', '{}', 'PROTOCOL_VERSION_UNKNOWN'],
  [
    'a tombstone that ends before it begins',
    `${PREFIX}/tombstones`,
    { stream: STREAM, from: 5, to: 4, reason: 'age' },
    'PROTOCOL_MESSAGE_INVALID',
  ],
] as const) {
  t.match(parse(topic, payload), { invalid: { code } }, name);
}
