import t from 'tap';
import { effectiveConfig } from '../../../agent/src/configuration/effective-config.ts';
import { GOOD } from '../config/stand/good-config.ts';

const url = (text: string, chosen: string) =>
  effectiveConfig(
    { text: GOOD.replace('mqtt://127.0.0.1', text), path: 'agent.yaml' },
    { version: 1, settings: { broker: { url: chosen } } },
  ).broker.url;

t.test('from afar a device is sent to another cluster, and never to one without TLS', async (t) => {
  const cluster = 'mqtts://a.lan,mqtts://b.lan:8884';
  t.equal(url('mqtts://a.lan', cluster), cluster);
  t.throws(() => url('mqtts://a.lan', 'mqtts://a.lan,mqtt://b.lan'), {
    code: 'CONFIG_UNCHANGEABLE',
    message: /^broker\.url: expected mqtts:/,
  });
  t.equal(url('mqtt://a.lan', 'mqtt://a.lan,mqtt://b.lan'), 'mqtt://a.lan,mqtt://b.lan');
});
