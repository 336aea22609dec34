import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { Mosquitto, mosquittoMissing } from '../../../stand/broker/mosquitto.ts';
import { startBroker } from '../start-broker.ts';

const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('./paho-interoperability.py', import.meta.url));

const pahoMissing =
  process.env.CI !== 'true' &&
  spawnSync(PYTHON, ['-c', 'import paho.mqtt.client']).status !== 0 &&
  'needs python3-paho-mqtt';

/**
 * What Paho's interoperability test for MQTT 3.1.1 is made of; a subscription that fails is
 * `gate.test.ts`'s.
 */
const PARTS = [
  ...['basic', 'retained_messages', 'will_message', 'zero_length_client_id'],
  ...['offline_message_queueing', 'overlapping_subscriptions', 'keepalive'],
  ...['redelivery_on_reconnect', 'dollar_topics', 'unsubscribe'],
].map((part) => `${part} passed`);

/** Mosquitto 2.0.11 gives one message, of the lesser QoS; [MQTT-3.3.5-1] wants the greater. */
const MOSQUITTO_DIFFERS = /^overlapping_subscriptions /;

async function run(port: number): Promise<string[]> {
  const { stdout } = await promisify(execFile)(PYTHON, ['-W', 'ignore', SCRIPT, `${port}`]);
  return stdout.trim().split('\n');
}

t.test('Paho and our broker understand one another', { skip: pahoMissing }, async (t) => {
  const { port } = await startBroker(t);
  t.same(await run(port), PARTS);
});

t.test(
  'the same list with Mosquitto: what is asked is what MQTT asks',
  { skip: pahoMissing || mosquittoMissing },
  async (t) => {
    const mosquitto = new Mosquitto();
    await mosquitto.start();
    t.teardown(() => mosquitto.close());
    const others = (part: string) => !MOSQUITTO_DIFFERS.test(part);
    t.same((await run(mosquitto.port)).filter(others), PARTS.filter(others));
  },
);
