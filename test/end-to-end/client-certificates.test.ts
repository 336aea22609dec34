import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import t from 'tap';
import {
  type CertificateFiles,
  Certificates,
  opensslMissing,
} from '../stand/broker/certificates.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { detection, STREAM } from '../stand/fleet/messages.ts';
import { until } from '../stand/until.ts';

const OWN = 'edgeloop/v1/works/pi-1';
const OTHER = 'edgeloop/v1/works/pi-2';

const closed = (client: MqttClient) =>
  new Promise<void>((done) => void client.once('close', () => done()));

t.test('a device whose certificate is its account', { skip: opensslMissing }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'certificates-'));
  const authority = new Certificates();
  const server = authority.issue('localhost');
  const controlPlane = new ControlPlaneProcess([
    ...['--data', data, '--mqtt-tls-port', '0'],
    ...['--mqtt-tls-cert', server.certificate, '--mqtt-tls-key', server.key],
    ...['--mqtt-tls-client-ca', authority.ca],
  ]);
  await controlPlane.start();
  t.teardown(async () => {
    await controlPlane.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  await controlPlane.enrol('pi-1');
  await controlPlane.enrol('pi-2');
  const certificate = authority.issue('pi-1');

  /** Without a password. @throws where the broker does not let it in */
  async function connect(
    files: CertificateFiles | null,
    clientId: string,
    more: IClientOptions = {},
  ) {
    const shown = files && { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
    const client = await connectAsync(`mqtts://localhost:${controlPlane.mqttTlsPort}`, {
      clientId,
      ca: readFileSync(authority.ca),
      reconnectPeriod: 0,
      ...shown,
      ...more,
    });
    t.teardown(() => client.endAsync(true));
    return client;
  }
  const refused = (connecting: Promise<MqttClient>, what: string) =>
    t.rejects(connecting, /Not authorized|Bad username|Connection closed|closed/i, what);

  const client = await connect(certificate, 'pi-1');
  const heard: string[] = [];
  client.on('message', (topic) => heard.push(topic));
  await client.subscribeAsync(`${OWN}/delivered`, { qos: 1 });
  const row = JSON.stringify(detection({ stream: STREAM, seq: 1 }));
  await client.publishAsync(`${OWN}/detections/cam0`, row, { qos: 1 });
  await until(() => heard.includes(`${OWN}/delivered`));
  t.equal((await controlPlane.detections()).length, 1, 'what it says is stored');

  const [granted] = await client.subscribeAsync(`${OTHER}/delivered`).catch(() => [{ qos: 128 }]);
  t.equal(granted?.qos, 128, "another's topics it may not read");
  client.publish(`${OTHER}/detections/cam0`, row, { qos: 1 });
  await closed(client);
  t.equal((await controlPlane.detections()).length, 1, 'nor write');

  await refused(connect(null, 'pi-1'), 'without a certificate or a password');
  await refused(connect(certificate, 'pi-2'), "under another's client id");
  await refused(connect(certificate, 'pi-2', { username: 'pi-2' }), "under another's name");
  await refused(connect(new Certificates().issue('pi-1'), 'pi-1'), 'signed by another authority');
  await refused(connect(authority.issue('pi-9'), 'pi-9'), 'of a device that never enrolled');

  const again = await connect(certificate, 'pi-1');
  const cut = closed(again);
  const revokedAt = performance.now();
  await controlPlane.post('/api/devices/pi-1/revoke');
  await cut;
  t.ok(performance.now() - revokedAt < 1000, 'cut within a second of being revoked');
  await refused(connect(certificate, 'pi-1'), 'and not let in again');
});
