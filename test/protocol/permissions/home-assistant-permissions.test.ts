import {
  discoveryTopic,
  HOME_ASSISTANT_PREFIX,
  homeAssistantStatusTopic,
  mayPublish,
  mayReceive,
  maySubscribe,
  parseId,
  type TopicPrincipal,
} from '@edgeloop/protocol';
import t from 'tap';

const site = parseId('site', 'hall');
const device: TopicPrincipal = { kind: 'device', site, device: parseId('device', 'pi-1') };
const hall: TopicPrincipal = { kind: 'subscriber', sites: [site], devices: [] };
const wall: TopicPrincipal = {
  kind: 'subscriber',
  sites: [],
  devices: [parseId('device', 'pi-9')],
};
const own: TopicPrincipal = { kind: 'control plane' };
const ALL = { device, hall, wall, own };

const PREFIX = 'homeassistant';
const STATUS = `${PREFIX}/status`;
const PI_1 = `${PREFIX}/device/edgeloop_hall/pi-1/config`;
const PI_9 = `${PREFIX}/device/edgeloop_yard/pi-9/config`;

t.test('topics are spelled as Home Assistant reads them', async (t) => {
  t.equal(discoveryTopic(PREFIX, device), PI_1);
  t.equal(homeAssistantStatusTopic(PREFIX), STATUS);
  // Its TOPIC_MATCHER: https://www.home-assistant.io/integrations/mqtt/#discovery-topic
  t.match(PI_1, /^homeassistant\/\w+\/(?:[a-zA-Z0-9_-]+\/)?[a-zA-Z0-9_-]+\/config$/);
});

type Who = keyof typeof ALL;
/** Who may publish it, and who may receive it. */
const TOPICS: readonly (readonly [string, readonly Who[], readonly Who[]])[] = [
  [PI_1, ['device', 'own'], ['hall', 'own']],
  [PI_9, ['own'], ['wall', 'own']],
  [`${PREFIX}/device/edgeloop_yard/pi-1/config`, ['own'], ['own']],
  [`${PREFIX}/device/edgeloop_hall/pi-2/config`, ['own'], ['hall', 'own']],
  [STATUS, ['hall', 'wall', 'own'], ['device', 'hall', 'wall', 'own']],
  ...[
    ...[`${PREFIX}/device/pi-1/config`, `${PREFIX}/device/hall/pi-1/config`],
    ...[`${PREFIX}/device/edgeloop_hall/config`, `${PREFIX}/device/edgeloop_/pi-1/config`],
    ...[`${PI_1}/more`, `${PI_1}/`, `${PREFIX}/device/edgeloop_hall/pi-1/set`, `/${PI_1}`],
    ...[`${PREFIX}/sensor/edgeloop_hall/pi-1/config`, `${PREFIX}/device/edgeloop_hall/PI-1/config`],
    ...[`${PREFIX}/device/Edgeloop_hall/pi-1/config`, `other/device/edgeloop_hall/pi-1/config`],
    ...[
      `${PREFIX}/device/edgeloop_hall/pi-1\u0000/config`,
      `${PREFIX}/device/edgeloop_hall/+/config`,
    ],
    ...[`${STATUS}/`, `${PREFIX}/Status`, PREFIX, `${PREFIX}/#`, 'other/status', '$SYS/status'],
  ].map((topic) => [topic, [], []] as const),
];
for (const [topic, writers, readers] of TOPICS) {
  t.test(`${JSON.stringify(topic)}: written by ${writers}, read by ${readers}`, async (t) => {
    for (const [name, who] of Object.entries(ALL) as [Who, TopicPrincipal][]) {
      for (const retain of [true, false]) {
        t.equal(
          mayPublish(who, topic, { retain }, PREFIX),
          writers.includes(name),
          `${name} writes`,
        );
        t.notOk(mayPublish(who, topic, { retain }), `${name} does not, where it is off`);
      }
      t.equal(mayReceive(who, topic, PREFIX), readers.includes(name), `${name} reads`);
      t.notOk(mayReceive(who, topic), `${name} does not, where it is off`);
    }
  });
}

t.test(
  'a device asks for the birth alone, Home Assistant for all that is below its prefix',
  async (t) => {
    const wide = [`${PREFIX}/#`, `${PREFIX}/+/+/config`, `${PREFIX}/+/+/+/config`, PI_1, PI_9];
    for (const filter of wide) {
      t.ok(maySubscribe(hall, filter, PREFIX), filter);
      t.notOk(maySubscribe(device, filter, PREFIX), filter);
      t.notOk(maySubscribe(hall, filter), `${filter}, where it is off`);
    }
    t.ok(maySubscribe(device, STATUS, PREFIX));
    t.notOk(maySubscribe(device, STATUS), 'where it is off');
    for (const filter of [
      ...[
        '#',
        '+/status',
        '+/#',
        PREFIX,
        `$share/g/${STATUS}`,
        `${PREFIX}/#/config`,
        'other/#',
        '',
      ],
      ...['edgeloop/#', 'edgeloop/v1/yard/#'],
    ]) {
      t.notOk(maySubscribe(hall, filter, PREFIX), filter);
      t.notOk(maySubscribe(device, filter, PREFIX), filter);
    }
  },
);

t.test('the table holds as it does without', async (t) => {
  const status = 'edgeloop/v1/hall/pi-1/status';
  t.ok(mayPublish(device, status, { retain: true }, PREFIX));
  t.notOk(mayPublish(hall, status, { retain: true }, PREFIX));
  t.ok(mayReceive(hall, status, PREFIX));
  t.notOk(mayReceive(wall, status, PREFIX));
});

for (const [prefix, good] of [
  ['homeassistant', true],
  ['ha_2', true],
  ['edgeloop', false],
  ['a/b', false],
  ['+', false],
  ['#', false],
  ['$SYS', false],
  ['', false],
] as const) {
  t.test(`${JSON.stringify(prefix)} is ${good ? 'a' : 'no'} prefix`, async (t) => {
    t.equal(new RegExp(HOME_ASSISTANT_PREFIX).test(prefix), good);
  });
}
