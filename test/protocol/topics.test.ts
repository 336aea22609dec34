import {
  buildTopic,
  parseId,
  parseTopic,
  TOPICS,
  type TopicName,
  topicFilter,
} from '@edgeloop/protocol';
import t from 'tap';

const address = {
  site: parseId('site', 'hall-1'),
  device: parseId('device', 'line-1'),
  camera: parseId('camera', 'cam0'),
  command: parseId('command', 'snapshot'),
  commandId: parseId('commandId', '33333333-3333-4333-8333-333333333333'),
};

for (const name of Object.keys(TOPICS) as TopicName[]) {
  t.test(`${name}: the parser reverses the builder`, async (t) => {
    const { site, device } = address;
    const { per } = TOPICS[name];
    const expected = { name, site, device, ...(per && { [per]: address[per] }) };
    t.same(parseTopic(buildTopic(name, address)), expected);
  });
}

t.test('topics are spelled as documented', async (t) => {
  t.equal(buildTopic('detections', address), 'edgeloop/v1/hall-1/line-1/detections/cam0');
  t.equal(buildTopic('status', address), 'edgeloop/v1/hall-1/line-1/status');
  t.equal(buildTopic('cmd', address), 'edgeloop/v1/hall-1/line-1/cmd/snapshot');
  t.equal(
    buildTopic('ack', address),
    'edgeloop/v1/hall-1/line-1/ack/33333333-3333-4333-8333-333333333333',
  );
  t.equal(topicFilter('detections'), 'edgeloop/v1/+/+/detections/+');
  t.equal(topicFilter('delivered', address), 'edgeloop/v1/hall-1/line-1/delivered');
});

for (const [topic, code] of [
  ['edgeloop/v2/hall-1/line-1/status', 'PROTOCOL_VERSION_UNKNOWN'],
  ['edgeloop/v1/hall-1/line-1/nonsense', 'PROTOCOL_TOPIC_INVALID'],
  ['edgeloop/v1/hall-1/line-1/toString', 'PROTOCOL_TOPIC_INVALID'],
  ['edgeloop/v1/hall-1/line-1/status/cam0', 'PROTOCOL_TOPIC_INVALID'],
  ['edgeloop/v1/hall-1/line-1/detections', 'PROTOCOL_TOPIC_INVALID'],
  ['edgeloop/v1/hall-1/line-1/cmd', 'PROTOCOL_TOPIC_INVALID'],
  ['edgeloop/v1/hall-1/line-1/cmd/Snapshot', 'PROTOCOL_ID_INVALID'],
  ['edgeloop/v1/hall-1/line-1/ack/1', 'PROTOCOL_ID_INVALID'],
  ['edgeloop/v1/hall-1/line-1/detections/cam0/more', 'PROTOCOL_TOPIC_INVALID'],
  ['edgeloop/v1/hall-1/line-1/detections/Cam 0', 'PROTOCOL_ID_INVALID'],
  ['edgeloop/v1/+/line-1/status', 'PROTOCOL_ID_INVALID'],
  ['edgeloop/v1//line-1/status', 'PROTOCOL_ID_INVALID'],
  ['', 'PROTOCOL_TOPIC_INVALID'],
  ['other/v2/a/b/status', 'PROTOCOL_TOPIC_INVALID'],
] as const) {
  t.test(`${JSON.stringify(topic)} is refused with ${code}`, async (t) => {
    t.throws(() => parseTopic(topic), { code });
  });
}

for (const [id, good] of [
  ['a', true],
  ['line-1', true],
  ['x'.repeat(63), true],
  ['x'.repeat(64), false],
  ['-a', false],
  ['a-', false],
  ['A', false],
  ['a b', false],
  ['a\n', false],
  ['', false],
] as const) {
  t.test(`${JSON.stringify(id)} is ${good ? 'a' : 'no'} device id`, async (t) => {
    if (good) t.equal(parseId('device', id), id);
    else t.throws(() => parseId('device', id), { code: 'PROTOCOL_ID_INVALID' });
  });
}
