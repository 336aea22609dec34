import { copyFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import pino from 'pino';
import t from 'tap';
import { readTls } from '../../../control-plane/src/parts/read-tls.ts';
import { watchTls } from '../../../control-plane/src/parts/watch-tls.ts';
import { Certificates, opensslMissing } from '../../stand/broker/certificates.ts';
import { until } from '../../stand/until.ts';

t.test(
  'a certificate that was renewed is taken; one that does not fit its key is not',
  { skip: opensslMissing },
  async (t) => {
    const authority = new Certificates();
    const [first, next] = [authority.issue('first'), authority.issue('next')];
    const server = createServer({
      cert: readFileSync(first.certificate),
      key: readFileSync(first.key),
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const ca = readFileSync(authority.ca);
        const socket = connect({ host: '127.0.0.1', port, ca }, () => {
          resolve(String(socket.getPeerCertificate().subject.CN));
          socket.destroy();
        }).on('error', reject);
      });
    const told: string[] = [];
    const log = pino({}, { write: (line: string) => void told.push(JSON.parse(line).msg) });
    const tls = { cert: first.certificate, key: first.key };
    t.teardown(watchTls(server, { tls }, log));
    t.equal(await shown(), 'first');

    copyFileSync(next.certificate, first.certificate);
    process.emit('SIGHUP');
    await until(() => told.length === 1);
    t.match(told, [/keeps its certificate/]);
    t.equal(await shown(), 'first', 'the key is still the old one');
    copyFileSync(next.key, first.key);
    process.emit('SIGHUP');
    await until(() => told.length === 2);
    t.equal(await shown(), 'next');
  },
);

t.test(
  'files that are no certificate with its key are refused by name before anything starts',
  { skip: opensslMissing },
  async (t) => {
    const authority = new Certificates();
    const [one, other] = [authority.issue('one'), authority.issue('other')];
    const files = { cert: one.certificate, key: one.key };
    t.match(await readTls({ tls: files }), { cert: readFileSync(one.certificate) });
    const none = join(t.testdir({ 'notes.txt': 'no certificate' }), 'notes.txt');
    for (const [tls, reason] of [
      [{ cert: none, key: one.key }, /--tls-cert and --tls-key, received .*notes\.txt/],
      [{ cert: one.certificate, key: other.key }, /mismatch/],
      [{ cert: `${none}.pem`, key: one.key }, /ENOENT/],
    ] as const) {
      await t.rejects(readTls({ tls }), { code: 'OPTION_INVALID', message: reason });
    }
  },
);
