import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCertificate, checkClock } from '@edgeloop/findings';
import t from 'tap';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { checkServer } from '../../../control-plane/src/cli/doctor/checks/check-server.ts';
import { Certificates, opensslMissing } from '../../stand/broker/certificates.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { runHere } from './stand/run-here.ts';

t.setTimeout(280_000);

interface FindingRow {
  readonly check: string;
  readonly gravity: string;
  readonly what: string;
  readonly mend: string | null;
}

const DAY = 86_400_000;

t.test('a clock is judged to what `Date` can tell', async (t) => {
  const date = 'Thu, 26 Nov 2026 12:00:00 GMT';
  const at = Date.parse('2026-11-26T12:00:00.000Z');
  t.match(checkClock(date, at + 1_900), { gravity: 'ok' });
  t.match(checkClock(date, at - 10_000), { gravity: 'warning', what: /10 s behind/ });
  t.match(checkClock(date, at + 90_000), { gravity: 'problem', mend: /set-ntp/ });
  t.match(checkClock(null, at), { gravity: 'warning' });
});

t.test('doctor does not send to doctor', async (t) => {
  const nobody = new ApiClient({ server: 'http://127.0.0.1:1', token: null });
  t.teardown(() => nobody.close());
  const { findings } = await checkServer(nobody, null);
  t.match(findings, [{ what: /^http:\/\/127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/ }]);
  const unwell = {
    server: 'http://line',
    ask: async () => ({
      headers: {},
      text: async () => JSON.stringify({ version: '1', problems: ['Not connected to the broker'] }),
    }),
  } as unknown as ApiClient;
  for (const broker of [null, 'mqtt://line']) {
    const [, health] = (await checkServer(unwell, broker)).findings;
    t.match(health, { gravity: 'problem', mend: /^Is the broker running\?/ });
    t.notMatch(JSON.stringify([findings, health]), /edgeloop doctor/);
  }
});

t.test('a control plane over TLS', { skip: opensslMissing }, async (t) => {
  const base = mkdtempSync(join(tmpdir(), 'edgeloop-doctor-'));
  const certificates = new Certificates();
  const { certificate, key } = certificates.issue('localhost');
  const controlPlane = new ControlPlaneProcess([
    ...['--data', join(base, 'data'), '--tls-cert', certificate, '--tls-key', key],
    ...['--mqtt-tls-port', '0', '--mqtt-tls-cert', certificate, '--mqtt-tls-key', key],
  ]);
  await controlPlane.start();
  t.teardown(async () => {
    await controlPlane.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true });
  });
  const server = `https://127.0.0.1:${controlPlane.apiPort}`;
  const env = { EDGELOOP_TOKEN: controlPlane.token, EDGELOOP_CA: certificates.ca };
  const doctor = async (options: { env?: object; now?: number }, ...args: string[]) => {
    const own = { ...env, ...options.env };
    const { code, stdout } = await runHere(
      { ...options, env: own },
      ...['doctor', '--json', '--server', server, ...args],
    );
    const { findings } = JSON.parse(stdout) as { findings: readonly FindingRow[] };
    return { code, found: (check: string) => findings.find((each) => each.check === check) };
  };

  await t.test('what is well, and what will not be for long', async (t) => {
    const broker = `mqtts://127.0.0.1:${controlPlane.mqttTlsPort}`;
    const { code, found } = await doctor({}, '--broker', broker);
    t.equal(code, 0, 'warnings are no problem');
    for (const check of ['server', 'health', 'clock', 'token', 'disk', 'keys', 'waiting']) {
      t.match(found(check), { gravity: /ok|warning/ }, check);
    }
    t.match(found('server'), { gravity: 'ok' });
    t.match(found('token'), { what: /token:first, of the role admin/ });
    t.match(found('certificate'), { gravity: 'warning', what: /1 day$/, mend: 'Renew it' });
    t.match(found('broker certificate'), { gravity: 'warning' });
    t.match(found('broker'), { gravity: 'ok', what: /speaks MQTT/ });
    t.match(found('devices'), { gravity: 'warning', mend: /enrolment-tokens create/ });
    t.match(found('models'), { gravity: 'warning', mend: /tasks create/ });
  });

  await t.test('what is wrong has its mend', async (t) => {
    const later = await doctor({ now: Date.now() + 90_000 });
    t.match(later, { code: 107 });
    t.match(later.found('clock'), { gravity: 'problem', what: /ahead of/ });
    const stranger = await doctor({ env: { EDGELOOP_CA: '' } });
    t.match(stranger.found('server'), { gravity: 'problem', mend: /--ca FILE/ });
    t.match(stranger, { code: 107 });
    const nobody = await doctor({ env: { EDGELOOP_TOKEN: '' } });
    t.match(nobody.found('token'), { gravity: 'problem', mend: /edgeloop login/ });
    const api = { broker: 'mqtts://127.0.0.1:1' };
    t.match((await doctor({}, '--broker', api.broker)).found('broker'), { gravity: 'problem' });
    const other = `mqtt://127.0.0.1:${controlPlane.apiPort}`;
    t.match((await doctor({}, '--broker', other)).found('broker'), { gravity: 'problem' });
  });

  await t.test('a token that may less says what it may', async (t) => {
    const ca = readFileSync(certificates.ca, 'utf8');
    const client = new ApiClient({ server, token: controlPlane.token, ca });
    t.teardown(() => client.close());
    const json = { name: 'eyes', role: 'viewer' };
    const { secret } = await client.askJson<{ secret: string }>('POST /api/tokens', { json });
    const viewer = await doctor({ env: { EDGELOOP_TOKEN: secret } });
    t.match(viewer.found('token'), { gravity: 'ok', what: /role viewer/ });
  });

  await t.test('dates of a certificate', async (t) => {
    const of = { check: 'certificate', host: '127.0.0.1', port: controlPlane.apiPort };
    const at = (now: number) => checkCertificate({ ...of, now });
    t.match(await at(Date.now() + 3 * DAY), { gravity: 'problem', what: /ended on/ });
    t.match(await at(Date.now() - DAY), { gravity: 'problem', mend: /clock/ });
    t.equal(await checkCertificate({ ...of, port: controlPlane.mqttPort, now: 0 }), null);
  });

  await t.test('a server that is gone', async (t) => {
    await controlPlane.kill('SIGKILL');
    const { code, found } = await doctor({});
    t.equal(code, 107);
    t.match(found('server'), { gravity: 'problem', mend: /edgeloop-control-plane run/ });
    t.equal(found('token'), undefined, 'nothing else can be looked at');
  });
});
