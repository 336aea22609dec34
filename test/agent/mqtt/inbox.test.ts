import { type DeviceAddress, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { dispatchMessage, type Inbox, subscriptionsOf } from '../../../agent/src/mqtt/inbox.ts';

const ADDRESS: DeviceAddress = {
  site: parseId('site', 'works'),
  device: parseId('device', 'pi-1'),
};
const ROOT = 'edgeloop/v1/works/pi-1';
const ID = '44444444-4444-4444-8444-444444444444';
const STREAM = '11111111-1111-4111-8111-111111111111';
const EXPIRES = '2026-11-24T00:00:00.000Z';

function listen(topic: string, payload: unknown) {
  const heard: unknown[] = [];
  const inbox: Inbox = {
    delivered: (message) => heard.push(['delivered', message]),
    desired: (message) => heard.push(['desired', message]),
    command: (name, message) => heard.push([name, message]),
    status: (message) => heard.push(['status', message]),
  };
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  dispatchMessage(`${ROOT}/${topic}`, new TextEncoder().encode(text), inbox);
  return heard;
}

t.test('a device subscribes to what is its own', async (t) => {
  t.same(subscriptionsOf(ADDRESS), [
    `${ROOT}/status`,
    `${ROOT}/delivered`,
    `${ROOT}/desired`,
    `${ROOT}/cmd/+`,
  ]);
});

for (const [topic, payload, name] of [
  ['delivered', { stream: STREAM, through: 3 }, 'delivered'],
  ['desired', { version: 1 }, 'desired'],
  [
    'desired',
    {
      version: 2,
      sampling: { budgets: { perHour: 3, shares: { rare: 0.5 } }, random: null, changed: {} },
      slots: { main: { of: 'a later version' } },
    },
    'desired',
  ],
  ['cmd/snapshot', { id: ID, expires: EXPIRES, camera: 'cam0' }, 'snapshot'],
  ['cmd/dance', { id: ID, expires: EXPIRES }, 'dance'],
  ['status', { state: 'offline', bootId: STREAM, agentVersion: '1' }, 'status'],
] as const) {
  t.test(`${topic} ${JSON.stringify(payload)} is heard`, async (t) => {
    t.same(listen(topic, payload), [[name, payload]]);
  });
}

for (const [topic, payload, message] of [
  ['desired', { sampling: {} }, /for version, received nothing/],
  [
    'desired',
    { version: 1, sampling: { random: { oneIn: 0 } } },
    /at least 1 for sampling\.random/,
  ],
  ['desired', { version: 1, sampling: { budgets: { perHour: -1 } } }, /sampling\.budgets\.perHour/],
  ['cmd/snapshot', { id: 'one', expires: EXPIRES }, /for id, received "one"/],
  ['cmd/snapshot', { id: ID }, /for expires, received nothing/],
  ['cmd/Snap', { id: ID, expires: EXPIRES }, /for command, received "Snap"/],
  ['desired', 'hello', /Expected JSON/],
] as const) {
  t.test(`${topic} ${JSON.stringify(payload)} is refused`, async (t) => {
    t.throws(() => listen(topic, payload), { message });
  });
}

t.test('a retained message that was cleared says nothing', async (t) => {
  t.same(listen('desired', ''), []);
});
