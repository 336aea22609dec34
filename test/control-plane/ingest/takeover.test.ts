import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane-process.ts';
import { Device } from '../../stand/device.ts';
import { IngestProcess } from '../../stand/ingest-process.ts';
import { Mosquitto, mosquittoMissing, until } from '../../stand/mosquitto.ts';

t.setTimeout(180_000);

/** As docs/scaling.md has it: five seconds of patience, and what a busy machine takes beside. */
const STATED = 10_000;
const DEVICES = 10;

t.test('a standby takes over by a lease', { skip: mosquittoMissing }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'takeover-'));
  const broker = new Mosquitto();
  await broker.start();
  const args = ['--data', data, '--broker', broker.url, '--allow-anonymous'];
  const api = new ControlPlaneProcess([...args, '--without-ingest']);
  const [first, second] = [new IngestProcess(args), new IngestProcess(args)];
  await t.rejects(first.start(), /ended with 108: .*run --without-ingest/s);
  await api.start();
  await first.start();
  await until(() => first.ingests());
  await second.start();
  const devices = Array.from(
    { length: DEVICES },
    (_, i) => new Device(broker.url, `pi-${i}`, `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`),
  );
  t.teardown(async () => {
    for (const device of devices) await device.close();
    for (const process of [api, first, second]) await process.kill('SIGKILL');
    await broker.close();
    rmSync(data, { recursive: true, force: true });
  });
  const heard = await broker.listen(null, 'edgeloop/v1/+/+/delivered');
  const events = await follow(api);
  for (const device of devices) device.start();
  let working = true;
  let rows = 0;
  const load = (async () => {
    while (working) {
      rows += 20;
      await Promise.all([delay(100), ...devices.map((device) => device.produce(20))]);
    }
  })();
  const progress = () => Math.min(...devices.map(({ through }) => through));
  const goesOn = async () => {
    const before = progress();
    await until(() => progress() > before + 20);
  };
  const takesOver = async (process: IngestProcess) => {
    const since = performance.now();
    await until(() => process.ingests());
    await goesOn();
    const took = performance.now() - since;
    t.ok(took < STATED, `took over, and stores, after ${Math.round(took)} ms`);
  };
  await goesOn();

  await t.test('what is stored by another process is told by the API', async (t) => {
    await until(() => events.has('device.online') && events.has('detection.stored'));
    t.match(await api.get('/healthz'), { ok: true });
    t.match(await api.get('/api/devices/pi-3'), { state: 'online' });
    const retained = await broker.listen(null, 'edgeloop/v1/works/pi-3/desired');
    await until(() => retained.length > 0);
    t.match(await (await api.fetch('/metrics')).text(), /ingest_alive 1\n/);
    t.match(await second.health(), { ok: true, ingests: false });
  });

  await t.test('after it was killed', async (t) => {
    await first.kill('SIGKILL');
    await takesOver(second);
    t.equal(await second.ingests(), true);
    await first.start();
  });

  await t.test('after it was stopped; who wakes up stores nothing', async (t) => {
    second.signal('SIGSTOP');
    await takesOver(first);
    second.signal('SIGCONT');
    await until(async () => (await second.health())?.ingests === false);
    t.match(second.stderr, /"lost":true/);
    await goesOn();
    t.equal(await first.ingests(), true, 'and does not take it back');
  });

  await t.test('after it was stopped with the database locked', async (t) => {
    const database = new Database(join(data, 'control-plane.sqlite'), { timeout: 0 });
    for (;;) {
      first.signal('SIGSTOP');
      await delay(10);
      if (isLocked(database)) break;
      first.signal('SIGCONT');
      await delay(5);
    }
    database.close();
    const since = performance.now();
    await until(() => second.ingests());
    t.ok(performance.now() - since < STATED + 5_000, 'five seconds more: for who writes for long');
    t.match(second.stderr, /stopped with the database locked: it is killed/);
    t.equal(await first.kill('SIGKILL'), null, 'it is gone');
    await goesOn();
    await first.start();
  });

  await t.test('a database that is busy for long is no reason', async (t) => {
    const database = new Database(join(data, 'control-plane.sqlite'), { timeout: 5000 });
    database.exec('BEGIN IMMEDIATE');
    await delay(7_000);
    database.exec('COMMIT');
    database.close();
    await goesOn();
    t.equal(await second.ingests(), true);
    t.equal(await first.ingests(), false);
  });

  await t.test('in order, at once', async (t) => {
    await second.kill('SIGTERM');
    const since = performance.now();
    await until(() => first.ingests());
    t.ok(performance.now() - since < 3_000);
    await goesOn();
  });

  working = false;
  await load;
  const stored = await api.detections();
  for (const { address, through } of devices) {
    t.equal(through, rows);
    const seqs = stored.filter(({ device }) => device === address.device).map(({ seq }) => seq);
    t.same(
      seqs,
      Array.from({ length: rows }, (_, i) => i + 1),
      `${address.device}: all of it, once, in order`,
    );
    const told = heard
      .filter(({ topic, message }) => topic.includes(`/${address.device}/`) && message)
      .map(({ message }) => message.through as number);
    t.same(told, told.toSorted((a, b) => a - b), 'delivered never goes back');
  }
  for (const ingest of [first]) await ingest.kill('SIGTERM');
  await until(async () => !(await api.get('/healthz')).ok);
  t.match(await api.get('/healthz'), { problems: [/nobody ingests: start/] });
});

/** @returns the kinds of events that the API has told since */
async function follow(api: ControlPlaneProcess): Promise<Set<string>> {
  const kinds = new Set<string>();
  const response = await api.fetch('/api/events?kind=device.online&kind=detection.stored', {
    headers: { accept: 'text/event-stream' },
  });
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      for (const [, kind] of decoder.decode(chunk).matchAll(/^event: (.*)$/gm)) kinds.add(kind!);
    }
  })().catch(() => {});
  return kinds;
}

function isLocked(database: Database): boolean {
  try {
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return false;
  } catch {
    return true;
  }
}
