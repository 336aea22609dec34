import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { Device } from '../../stand/fleet/device.ts';
import { STREAM } from '../../stand/fleet/messages.ts';
import { until } from '../../stand/until.ts';
import { OwnDatabase } from '../stand/postgres/own-database.ts';
import type { PostgresServer } from '../stand/postgres/postgres-server.ts';

/** The real process, a device that goes on talking, and everything that may go away. */
export async function controlPlaneOnPostgres(
  t: Test,
  server: PostgresServer,
  database: OwnDatabase,
  ca: string,
): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const given = ['--data', data, '--allow-anonymous'];
  const controlPlane = new ControlPlaneProcess([
    ...given,
    ...['--database', `${database.url}?sslmode=verify-full&sslrootcert=${ca}`],
    ...['--database-password-file', database.passwordFile],
  ]);
  t.teardown(async () => {
    await controlPlane.kill('SIGKILL');
    rmSync(data, { recursive: true, force: true });
  });
  await controlPlane.start();
  const device = new Device(controlPlane.url, 'pi-1', STREAM);
  t.teardown(() => device.close());
  device.start();

  await device.produce(600);
  const acrossKill = device.produce(600);
  await until(() => device.through > 700);
  await controlPlane.kill('SIGKILL');
  await controlPlane.start();
  await acrossKill;
  t.pass('what was under way when the control plane was killed is stored');

  const acrossRestart = device.produce(600);
  await until(() => device.through > 1300);
  await server.stop();
  await until(async () => (await controlPlane.fetch('/healthz')).status === 503);
  const asked = await controlPlane.fetch('/api/devices');
  t.equal(asked.status, 503);
  const told = [await asked.text(), await (await controlPlane.fetch('/healthz')).text()];
  await server.begin();
  await acrossRestart;
  await until(async () => (await controlPlane.fetch('/healthz')).ok);
  t.pass('it goes on by itself when PostgreSQL is back');

  const rows = await controlPlane.detections();
  t.same(
    rows.map(({ seq }) => seq),
    Array.from({ length: 1800 }, (_, i) => i + 1),
    'each once, in order',
  );
  await controlPlane.post('/api/tokens', { name: 'another', role: 'viewer' });
  t.equal((await controlPlane.fetch('/metrics')).status, 200);
  t.ok((await controlPlane.get('/api/retention/usage')).database > 0);

  const { all, encrypted } = await database.connections();
  t.ok(all >= 3);
  t.equal(encrypted, all, 'each over TLS');
  const seen = [...told, controlPlane.stderr, readFileSync(`/proc/${controlPlane.pid}/cmdline`)];
  for (const text of seen) {
    t.notOk(text.includes(OwnDatabase.PASSWORD), 'the password is told to nobody');
    t.notOk(text.includes(encodeURIComponent(OwnDatabase.PASSWORD)));
  }

  await controlPlane.kill('SIGTERM');
  const files = readdirSync(data).filter((name) => /\.sqlite$/.test(name));
  t.same(
    files.sort(),
    ['broker.sqlite', 'ingest-lock.sqlite', 'lock.sqlite'],
    'locks, and of the broker',
  );
  await t.rejects(new ControlPlaneProcess(given).start(), /--database as before/);
}
