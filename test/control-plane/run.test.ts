import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import t, { type Test } from 'tap';
import { Mosquitto, mosquittoMissing } from '../stand/broker/mosquitto.ts';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { Device } from '../stand/fleet/device.ts';
import { OTHER_STREAM, STREAM } from '../stand/fleet/messages.ts';
import { PROGRAMS } from '../stand/programs.ts';
import { until } from '../stand/until.ts';

t.setTimeout(280_000);

function dataFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const sequence = (rows: readonly { device: string; seq: number }[], device: string) =>
  rows.filter((row) => row.device === device).map(({ seq }) => seq);
const metricsOf = async (controlPlane: ControlPlaneProcess) =>
  (await controlPlane.fetch('/metrics')).text();
const numbers = (length: number) => Array.from({ length }, (_, i) => i + 1);

t.test('killed in the middle of batches and back: everything once, in order', async (t) => {
  const controlPlane = new ControlPlaneProcess(['--data', dataFolder(t)]);
  await controlPlane.start();
  const device = async (name: string, stream: string) =>
    new Device(controlPlane.url, name, stream, (await controlPlane.enrol(name)).password);
  const devices = [await device('pi-1', STREAM), await device('pi-2', OTHER_STREAM)];
  for (const device of devices) device.start();
  t.teardown(async () => {
    await Promise.all(devices.map((device) => device.close()));
    await controlPlane.kill('SIGKILL');
  });
  const ROWS = 3000;
  const produced = Promise.all(devices.map((device) => device.produce(ROWS)));
  for (let kill = 1; kill <= 3; kill++) {
    await until(() => devices.some(({ through }) => through > kill * 500));
    await controlPlane.kill('SIGKILL');
    t.ok(
      devices.every(({ through }) => through < ROWS),
      `killed at ${devices.map(({ through }) => through).join(' and ')}`,
    );
    await controlPlane.start();
  }
  await produced;
  const rows = await controlPlane.detections();
  for (const { address } of devices) {
    t.same(
      sequence(rows, address.device),
      numbers(ROWS),
      `${address.device}: every row once, in order`,
    );
  }
  const view = await controlPlane.get('/api/devices/pi-1');
  t.match(view.streams, [{ through: ROWS, stored: ROWS, lost: 0, tombstones: [] }]);
  t.same(await controlPlane.kill('SIGTERM'), { code: 0 });
});

t.test('with a broker of another make', { skip: mosquittoMissing }, async (t) => {
  const broker = new Mosquitto();
  await broker.start();
  const heard = await broker.listen();
  const controlPlane = new ControlPlaneProcess(['--data', dataFolder(t), '--broker', broker.url]);
  await controlPlane.start();
  const device = new Device(broker.url, 'pi-1', STREAM);
  t.teardown(async () => {
    await device.close();
    await controlPlane.kill('SIGKILL');
    await broker.close();
  });
  await until(async () => (await controlPlane.get('/healthz')).ok);
  device.start();
  const ignored = 'invalid_messages_total{reason="DEVICE_NOT_ADMITTED"}';
  await until(async () => (await metricsOf(controlPlane)).includes(ignored));
  t.same((await controlPlane.get('/api/devices')).devices, [], 'who has not enrolled is ignored');
  await controlPlane.enrol('pi-1');
  device.cut();
  await device.produce(300);
  t.same(sequence(await controlPlane.detections(), 'pi-1'), numbers(300));
  await until(() =>
    heard.some(({ topic, message }) => topic.endsWith('/delivered') && message.through === 300),
  );

  await broker.kill();
  await until(async () => (await controlPlane.get('/healthz')).ok === false);
  t.match((await controlPlane.get('/healthz')).problems, [/no connection to the broker/]);
  await until(async () => (await controlPlane.get('/api/devices')).devices[0].state === 'unknown');
  await broker.start();
  await device.produce(50);
  t.same(sequence(await controlPlane.detections(), 'pi-1'), numbers(350));
  await until(async () => (await controlPlane.get('/api/devices')).devices[0].state === 'online');
  await device.close();
});

t.test('metrics tell what happened', async (t) => {
  const controlPlane = new ControlPlaneProcess(['--data', dataFolder(t), '--allow-anonymous']);
  await controlPlane.start();
  const device = new Device(controlPlane.url, 'pi-1', STREAM);
  device.start();
  t.teardown(async () => {
    await device.close();
    await controlPlane.kill('SIGKILL');
  });
  await device.produce(10);
  const metrics = await metricsOf(controlPlane);
  for (const line of [
    'edgeloop_control_plane_messages_total{topic="detections"} 10',
    'edgeloop_control_plane_rows_total{outcome="stored"} 10',
    'edgeloop_control_plane_devices{state="online"} 1',
    'edgeloop_control_plane_broker_connected 1',
    'edgeloop_control_plane_broker_clients 2',
    'edgeloop_control_plane_queued_records 0',
  ]) {
    t.ok(metrics.includes(line), line);
  }
  // Its client learns no more than a return code: why, and whose it was, is in the log, once.
  for (const clientId of ['five', 'again']) {
    const options = { protocolVersion: 5, clientId, reconnectPeriod: 0 } as const;
    await t.rejects(connectAsync(controlPlane.url, options));
  }
  const said = /"reason":"protocol-version","address":"127.0.0.1".*"the broker refused a client"/g;
  await until(() => controlPlane.stderr.match(said) !== null);
  t.equal(controlPlane.stderr.match(said)?.length, 1);
});

t.test('ends with the program that started it', async (t) => {
  const controlPlane = new ControlPlaneProcess(['--data', dataFolder(t)]);
  await controlPlane.start();
  t.same(await controlPlane.disconnect(), { code: 0 });
});

t.test('each mistake has its own words and exit status', async (t) => {
  const folder = dataFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  t.teardown(() => taken.close());
  const port = String((taken.address() as { port: number }).port);
  const data = (name: string) => ['--data', join(folder, name)];
  const any = ['--port', '0', '--mqtt-port', '0'];
  const run = async (args: readonly string[]) => {
    const child = spawn(process.execPath, [PROGRAMS.controlPlane, 'run', ...args]);
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const [status] = await once(child, 'close');
    return { status, stderr };
  };
  // All at once: each is mostly the start of a process.
  const mistakes = [
    [
      'a data folder that is a file',
      [...any, '--data', file],
      60,
      /Expected a folder that can be written for --data/,
    ],
    [
      'a data folder where none can be made',
      [...any, '--data', '/proc/none/below'],
      60,
      /Expected a folder that can be written for --data, received \/proc\/none\/below: ENOENT[^\n]*\n$/,
    ],
    [
      'the API port taken',
      [...data('a'), '--port', port, '--mqtt-port', '0'],
      63,
      /free port for the API.*--port/,
    ],
    [
      'an address of another machine',
      [...data('e'), ...any, '--host', '192.0.2.1'],
      63,
      /an address of this machine for the API, received 192\.0\.2\.1: .* --host/,
    ],
    [
      'the MQTT port taken',
      [...data('b'), '--port', '0', '--mqtt-port', port],
      64,
      /free port for MQTT.*--mqtt-port/,
    ],
    [
      'a port that is none',
      [...data('c'), '--port', '99999'],
      65,
      /from 0 to 65535, received "99999"/,
    ],
    [
      'a broker that is none',
      [...data('d'), ...any, '--broker', 'http://x'],
      65,
      /mqtt:\/\/127.0.0.1:1883 for --broker/,
    ],
  ] as const;
  const used = data('used');
  const inUse = async () => {
    const first = new ControlPlaneProcess(used);
    await first.start();
    const { status } = await run([...used, ...any]);
    await first.kill('SIGTERM');
    return status;
  };
  const [last, ...ended] = await Promise.all([inUse(), ...mistakes.map(([, args]) => run(args))]);
  t.equal(last, 61, 'a data folder in use');
  for (const [i, [name, , status, words]] of mistakes.entries()) {
    t.equal(ended[i]?.status, status, name);
    t.match(ended[i]?.stderr, words);
  }
});
