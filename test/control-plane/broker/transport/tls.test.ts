import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { BrokerConnection } from '@edgeloop/broker-connection';
import { millis, seconds } from '@edgeloop/protocol';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import {
  type Access,
  ANYONE,
  type ConnectRequest,
} from '../../../../control-plane/src/broker/access/access.ts';
import {
  type CertificateFiles,
  Certificates,
  opensslMissing,
} from '../../../stand/broker/certificates.ts';
import { mosquittoMissing } from '../../../stand/broker/mosquitto.ts';
import { until } from '../../../stand/until.ts';
import { LOOPBACK, startBroker } from '../start-broker.ts';

/** Lets in whoever shows a certificate, under its name, and remembers what was asked. */
function byCertificate(): Access<{ name: string }> & { asked: ConnectRequest[] } {
  const asked: ConnectRequest[] = [];
  return {
    ...ANYONE,
    asked,
    async connect(request) {
      asked.push(request);
      const name = request.certificate;
      return name === null
        ? { admitted: false, reason: 'unknown' }
        : { admitted: true, who: { name } };
    },
  };
}

interface Stand {
  readonly clientCa?: string;
  readonly required?: boolean;
  readonly access?: Access<{ name: string }>;
  readonly files?: CertificateFiles;
}

async function start(t: Test, authority: Certificates, stand: Stand = {}) {
  const files = stand.files ?? authority.issue('localhost');
  const tls = {
    ...files,
    clientCa: stand.clientCa ?? null,
    certificateRequired: stand.required ?? false,
  };
  const listeners = { ...LOOPBACK, port: null, tlsPort: 0, webSocketPort: 0, tls };
  const { access = ANYONE } = stand;
  return startBroker(t, { listeners, access, connectTimeout: seconds(2) });
}

t.test('over TLS', { skip: opensslMissing }, async (t) => {
  const authority = new Certificates();

  t.test("Mosquitto's clients talk over it", { skip: mosquittoMissing }, async (t) => {
    const { mqtts } = await start(t, authority);
    const common = ['-h', 'localhost', '-p', String(mqtts), '--cafile', authority.ca, '-t', 'a/b'];
    const heard = spawn('mosquitto_sub', [...common, '-C', '1', '-q', '1', '-W', '10']);
    let output = '';
    heard.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const publish = spawn('mosquitto_pub', [...common, '-m', 'hello', '-q', '1', '-r']);
    const [status] = await once(publish, 'exit');
    t.equal(status, 0);
    await once(heard, 'close');
    t.equal(output, 'hello\n');
  });

  t.test('a client that does not know the authority is not fooled', async (t) => {
    const { mqtts, refused } = await start(t, authority);
    await t.rejects(connectAsync(`mqtts://localhost:${mqtts}`, { reconnectPeriod: 0 }));
    await until(() => refused.length > 0);
    t.same(refused, ['tls-failed']);
  });

  t.test('TLS 1.1 is refused', async (t) => {
    const { mqtts } = await start(t, authority);
    const socket = connectTls({ port: mqtts ?? 0, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' });
    const [error] = await once(socket, 'error');
    t.ok(error);
  });

  t.test('who says nothing of TLS is cut in time', async (t) => {
    const { mqtts, refused } = await startBroker(t, {
      listeners: {
        ...LOOPBACK,
        port: null,
        tlsPort: 0,
        tls: { ...authority.issue('localhost'), clientCa: null, certificateRequired: false },
      },
      connectTimeout: millis(200),
    });
    const socket = createConnection(mqtts ?? 0, '127.0.0.1');
    socket.resume();
    await once(socket, 'close');
    t.same(refused, ['tls-failed']);
  });

  for (const scheme of ['mqtts', 'wss'] as const) {
    const portOf = ({ mqtts, webSocket }: { mqtts: number | null; webSocket: number | null }) =>
      scheme === 'mqtts' ? `${mqtts}` : `${webSocket}/mqtt`;

    t.test(`${scheme}: the certificate's name is who a client is`, async (t) => {
      const access = byCertificate();
      const stand = await start(t, authority, { clientCa: authority.ca, access });
      const pi = authority.issue('pi-1');
      const connection = new BrokerConnection({
        broker: {
          url: `${scheme}://localhost:${portOf(stand)}`,
          keepalive: seconds(5),
          tls: { ca: authority.ca, ...pi },
        },
        clientId: 'pi-1',
        subscriptions: ['a/#'],
        random: () => 0.01,
        onConnect: () => {},
        onDisconnect: (reason) => t.comment(reason),
        onMessage: () => {},
      });
      connection.start();
      await until(() => connection.connected);
      t.equal(access.asked[0]?.certificate, 'pi-1');
      await connection.close();
    });

    t.test(`${scheme}: without one, or with a stranger's, nobody is recognized`, async (t) => {
      const access = byCertificate();
      const stand = await start(t, authority, { clientCa: authority.ca, access });
      const stranger = new Certificates('Other authority').issue('pi-1');
      const ca = readFileSync(authority.ca);
      const url = `${scheme}://localhost:${portOf(stand)}`;
      await t.rejects(connectAsync(url, { ca, reconnectPeriod: 0 }), { code: 4 });
      const cert = readFileSync(stranger.certificate);
      const key = readFileSync(stranger.key);
      await t.rejects(connectAsync(url, { ca, cert, key, reconnectPeriod: 0 }));
      t.ok(access.asked.every(({ certificate }) => certificate === null));
    });
  }

  t.test('a required certificate is required before MQTT begins', async (t) => {
    const access = byCertificate();
    const stand = await start(t, authority, { clientCa: authority.ca, required: true, access });
    const ca = readFileSync(authority.ca);
    const url = `mqtts://localhost:${stand.mqtts}`;
    await t.rejects(connectAsync(url, { ca, reconnectPeriod: 0 }));
    t.same(access.asked, []);
  });

  t.test('new certificates are taken without a restart, broken ones are not', async (t) => {
    const files = authority.issue('first');
    const { mqtts, broker } = await start(t, authority, { files });
    const nameNow = async () => {
      const socket = connectTls({ port: mqtts ?? 0, rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    t.equal(await nameNow(), 'first');
    const second = authority.issue('second');
    copyFileSync(second.certificate, files.certificate);
    t.throws(() => broker.reloadCertificates(), { code: 'OPTION_INVALID' });
    t.equal(await nameNow(), 'first', 'the key does not fit yet');
    copyFileSync(second.key, files.key);
    broker.reloadCertificates();
    t.equal(await nameNow(), 'second');
  });

  t.test('files that are none are said so', async (t) => {
    const files = { certificate: '/nowhere.pem', key: '/nowhere.key' };
    await t.rejects(start(t, authority, { files }), {
      code: 'OPTION_INVALID',
      message: /Expected a PEM file for TLS at \/nowhere\.pem/,
    });
    const mixed = { ...authority.issue('a'), key: authority.issue('b').key };
    await t.rejects(start(t, authority, { files: mixed }), { code: 'OPTION_INVALID' });
  });
});
