import { readFileSync } from 'node:fs';
import {
  explainMismatch,
  maySubscribe,
  parseId,
  parseTopic,
  TOPICS,
  type TopicPrincipal,
} from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import { parse } from 'yaml';
import { parseConfig } from '../../agent/src/config/load-config.ts';
import { describeDevice } from '../../agent/src/home-assistant/describe-device.ts';
import { RolloutRequest } from '../../control-plane/src/resources/rollout.ts';
import { jinjaMissing, render } from '../agent/home-assistant/render.ts';

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
const page = read('home-assistant.md');
const blocks = Array.from(page.matchAll(/```yaml\n(.*?)```/gs), ([, text]) => text as string);
const site = parseId('site', 'hall-1');

t.test('the settings are those of agent.yaml', async (t) => {
  const rest =
    'site: s\ndevice: d\nstate: x\nbroker: { url: mqtt://b }\nslots: { m: { package: p } }\n';
  const camera = 'cameras: { c: { slot: m, source: { kind: synthetic } } }\n';
  t.match(parseConfig(`${rest}${camera}${blocks[0]}`, 'agent.yaml'), {
    homeAssistant: { prefix: 'homeassistant' },
    image: { size: 320, quality: 70 },
  });
});

t.test('the examples name entities that a device line-1 has', async (t) => {
  const { device, components } = describeDevice({
    address: { site, device: parseId('device', 'line-1') },
    version: '1',
    page: null,
    cameras: [{ id: parseId('camera', 'cam0'), occurrences: true, image: true }],
    slots: [parseId('slot', 'main')],
  });
  // As Home Assistant makes them: of the names of the device and the entity.
  const ids = Object.values(components).map((component) => {
    const { platform, name } = component as { platform: string; name: string };
    return `${platform}.${`${device.name} ${name}`.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`;
  });
  const named = [
    ...blocks.join('').matchAll(/\b(?:sensor|image|update|binary_sensor)\.line_1\w+/g),
  ];
  t.ok(named.length > 5, `${named.length} names`);
  for (const [name] of named) t.ok(ids.includes(name), name);
  const listed = [...page.matchAll(/^\| `([a-z_]+\.[^`]+)`/gm)].map(([, entry]) => entry as string);
  const endings = listed.map((entry) => entry.replace(/^.*[>…]_/, '_'));
  t.same(
    endings.filter((end) => !ids.some((id) => id.endsWith(end))),
    [],
    'nor does the table',
  );
  t.equal(endings.length, ids.length);
});

t.test('what its button orders is a rollout', { skip: jinjaMissing }, async (t) => {
  const block = blocks.find((text) => text.includes('rest_command:')) as string;
  const { rest_command: command, sensor } = parse(block.replaceAll('!secret ', ''));
  const { payload } = command.edgeloop_install;
  const digest = 'a'.repeat(64);
  const [order = '', champion] = render([
    [payload.replaceAll('digest', 'value_json'), digest],
    [sensor[0].value_template, { aliases: [{ alias: 'champion', digest }] }],
  ]);
  const request = JSON.parse(order);
  t.same(Check(RolloutRequest, request) || explainMismatch(RolloutRequest, request), true);
  t.equal(request.cargo.model, digest);
  t.equal(champion, digest);
});

interface Node {
  readonly id: string;
  readonly type: string;
  readonly topic?: string;
  readonly datatype?: string;
  readonly broker?: string;
  readonly wires?: readonly (readonly string[])[];
}

t.test('the flow of Node-RED holds no code, and asks for what a subscriber may read', async (t) => {
  const flow: Node[] = JSON.parse(read('examples/node-red-flow.json'));
  const ids = new Set(flow.map(({ id }) => id));
  t.equal(ids.size, flow.length);
  const wired = flow.flatMap(({ wires = [] }) => wires.flat());
  t.same(
    wired.filter((id) => !ids.has(id)),
    [],
    'no wire leads nowhere',
  );
  const own = ['tab', 'mqtt-broker', 'mqtt in', 'rbe', 'switch', 'change', 'debug', 'file'];
  t.same([...new Set(flow.map(({ type }) => type))].sort(), own.sort());
  const house: TopicPrincipal = { kind: 'subscriber', sites: [site], devices: [] };
  const inputs = flow.filter(({ type }) => type === 'mqtt in');
  t.ok(inputs.length > 3);
  for (const { topic = '', datatype, broker } of inputs) {
    t.ok(maySubscribe(house, topic), topic);
    t.not(TOPICS[parseTopic(topic.replaceAll('+', 'a')).name], undefined);
    t.equal(datatype, topic.includes('/image/') ? 'buffer' : 'json', topic);
    t.ok(broker && ids.has(broker));
  }
});
