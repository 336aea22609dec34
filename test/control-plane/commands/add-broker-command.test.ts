import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Database } from '@edgeloop/sqlite';
import { Command } from 'commander';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { addBrokerCommand } from '../../../control-plane/src/commands/add-broker-command.ts';
import { Certificates, opensslMissing } from '../../stand/broker/certificates.ts';
import { mosquittoMissing } from '../../stand/broker/mosquitto.ts';
import { PROGRAMS } from '../../stand/programs.ts';
import { until } from '../../stand/until.ts';
import { enterSession } from '../broker/enter-session.ts';

interface Ready {
  readonly port: number;
  readonly tlsPort?: number;
  readonly wssPort?: number;
}

async function start(t: Test, args: readonly string[]) {
  const child = fork(PROGRAMS.controlPlane, ['broker', '--allow-anonymous', ...args], {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  });
  t.teardown(() => end(child, 'SIGKILL'));
  const [line] = await once(createInterface({ input: child.stdout! }), 'line');
  return { child, ready: JSON.parse(line) as Ready };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

const written = async (folder: string, table: string, rows: number) => {
  const database = new Database(join(folder, 'broker.sqlite'), { readonly: true });
  const count = database.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck();
  await until(() => count.get() === rows);
  database.close();
};

t.test('retained messages, sessions and what waits in them survive a SIGKILL', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'broker-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const first = await start(t, ['--port', '0', '--data', folder]);
  const { port } = first.ready;
  const before = await enterSession(port);
  await before.client.subscribeAsync('queue/#', { qos: 1 });
  await before.client.publishAsync('kept/a', 'x', { qos: 1, retain: true });
  await before.client.publishAsync('kept/b', 'x', { qos: 1, retain: true });
  await before.client.publishAsync('kept/b', '', { qos: 1, retain: true });
  await before.client.endAsync();
  const writer = await enterSession(port, true).then(({ client }) => client);
  t.equal(writer.connected, true, 'a clean session of the same id ends the one that was kept');
  await writer.endAsync();
  const again = await enterSession(port);
  t.equal(again.sessionPresent, false);
  await again.client.subscribeAsync('queue/#', { qos: 1 });
  await again.client.endAsync();
  const other = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  for (const n of [1, 2, 3]) await other.publishAsync(`queue/${n}`, 'x', { qos: 1 });
  await other.endAsync();
  await written(folder, 'queue', 3);
  await written(folder, 'retained', 1);
  await end(first.child, 'SIGKILL');

  const second = await start(t, ['--port', '0', '--data', folder]);
  const after = await enterSession(second.ready.port);
  t.equal(after.sessionPresent, true);
  await until(() => after.heard.length === 3);
  await after.client.subscribeAsync('kept/#', { qos: 1 });
  await until(() => after.heard.length === 4);
  t.same(after.heard, [
    ...[1, 2, 3].map((n) => ({ topic: `queue/${n}`, retain: false, dup: false })),
    { topic: 'kept/a', retain: true, dup: false },
  ]);
  await written(folder, 'queue', 0);
  await after.client.endAsync();
});

t.test(
  'with TLS, and certificates that are read again on SIGHUP',
  { skip: opensslMissing || mosquittoMissing },
  async (t) => {
    const authority = new Certificates();
    const { certificate, key } = authority.issue('localhost');
    const files = ['--tls-cert', certificate, '--tls-key', key];
    const args = ['--port', 'none', '--tls-port', '0', '--ws-port', '0', ...files];
    const { ready, child } = await start(t, args);
    t.equal(ready.port, null);
    const publish = () =>
      spawnSync('mosquitto_pub', [
        ...['-h', 'localhost', '-p', String(ready.tlsPort), '--cafile', authority.ca],
        ...['-q', '1', '-t', 'a', '-m', 'x'],
      ]).status;
    t.equal(publish(), 0);
    child.kill('SIGHUP');
    t.equal(publish(), 0);
    const { status } = await fetch(`https://localhost:${ready.wssPort}/mqtt`).catch(() => ({
      status: 'not trusted',
    }));
    t.equal(status, 'not trusted', 'WebSocket with TLS');
  },
);

for (const [what, args, message] of [
  ['no --allow-anonymous', [], /Expected --allow-anonymous: the broker alone knows no accounts/],
  ['a key without a certificate', ['--tls-key', 'k'], /--tls-cert and --tls-key together/],
  ['a TLS port without one', ['--tls-port', '1'], /Expected --tls-cert and --tls-key with/],
  ['certificates of clients without an authority', ['--tls-require-client'], /--tls-client-ca/],
  ['a port that is none', ['--port', 'x'], /Expected a port from 0 to 65535/],
] as const) {
  t.test(`${what} is said so`, async (t) => {
    const program = new Command();
    addBrokerCommand(program);
    const allowed = args.length > 0 ? ['--allow-anonymous'] : [];
    await t.rejects(program.parseAsync(['broker', ...allowed, ...args], { from: 'user' }), {
      code: 'OPTION_INVALID',
      exitStatus: 65,
      message,
    });
  });
}
