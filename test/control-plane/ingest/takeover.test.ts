import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { ControlPlaneProcess } from '../../stand/control-plane-process.ts';
import { Device } from '../../stand/device.ts';
import { IngestProcess } from '../../stand/ingest-process.ts';
import { notLong } from '../../stand/long.ts';
import { STREAM } from '../../stand/messages.ts';
import { Mosquitto, mosquittoMissing, until } from '../../stand/mosquitto.ts';

t.setTimeout(180_000);

/** As docs/scaling.md has it: five seconds of patience, and what a busy machine takes beside. */
const STATED = 10_000;
const DEVICES = 4;

t.test('a standby takes over by a lease', { skip: mosquittoMissing }, async (t) => {
  const data = mkdtempSync(join(tmpdir(), 'takeover-'));
  const broker = new Mosquitto();
  await broker.start();
  const args = ['--data', data, '--broker', broker.url, '--allow-anonymous'];
  const api = new ControlPlaneProcess([...args, '--without-ingest']);
  let [holder, standby] = [new IngestProcess(args), new IngestProcess(args)];
  await api.start();
  await holder.start();
  await until(() => holder.ingests());
  await standby.start();
  const devices = Array.from(
    { length: DEVICES },
    (_, i) =>
      new Device(broker.url, `pi-${i}`, `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`),
  );
  t.teardown(async () => {
    for (const device of devices) await device.close();
    for (const process of [api, holder, standby]) await process.kill('SIGKILL');
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
      rows += 5;
      await Promise.all([delay(250), ...devices.map((device) => device.produce(5))]);
    }
  })();
  const progress = () => Math.min(...devices.map(({ through }) => through));
  const goesOn = async () => {
    const before = progress();
    await until(() => progress() > before + 10);
  };
  const takesOver = async (within: number) => {
    const since = performance.now();
    await until(() => standby.ingests());
    await goesOn();
    const took = performance.now() - since;
    t.ok(took < within, `took over, and stores, after ${Math.round(took)} ms`);
    [holder, standby] = [standby, holder];
  };
  await goesOn();

  await t.test('what is stored by another process is told by the API', async (t) => {
    await until(() => events.has('device.online') && events.has('detection.stored'));
    t.match(await api.get('/healthz'), { ok: true });
    t.match(await api.get('/api/devices/pi-3'), { state: 'online' });
    const retained = await broker.listen(null, 'edgeloop/v1/works/pi-3/desired');
    await until(() => retained.length > 0);
    t.match(await (await api.fetch('/metrics')).text(), /ingest_alive 1\n/);
    t.match(await standby.health(), { ok: true, ingests: false });
  });

  await t.test(
    'who enrols is stored at once, obeys, and is stored no more when revoked',
    async (t) => {
      await api.enrol('pi-9');
      const device = new Device(broker.url, 'pi-9', STREAM);
      t.teardown(() => device.close());
      device.start();
      await device.produce(5);
      await until(async () => (await api.get('/api/devices/pi-9')).state === 'online');
      const asked = await broker.listen(null, 'edgeloop/v1/works/pi-9/cmd/+');
      const { id } = await api.post('/api/devices/pi-9/commands', { command: 'restart' });
      await until(() => asked.length > 0);
      const at = new Date().toISOString();
      device.say(`ack/${id}`, { id, command: 'restart', outcome: 'done', at });
      const answered = async () => (await api.get(`/api/devices/pi-9/commands/${id}`)).state;
      await until(async () => (await answered()) === 'done');

      await api.post('/api/devices/pi-9/revoke');
      void device.produce(5);
      await goesOn();
      t.equal((await api.detections('&device=pi-9')).length, 5, "what it says since is nobody's");
      t.equal(device.through, 5);
    },
  );

  await t.test('after it was stopped; who wakes up stores nothing', async (t) => {
    const stopped = holder;
    await stop(stopped, data, { withLock: false });
    await takesOver(STATED);
    stopped.signal('SIGCONT');
    await until(async () => (await stopped.health())?.ingests === false);
    await until(() => /"lost":true/.test(stopped.stderr));
    await goesOn();
    t.equal(await holder.ingests(), true, 'and does not take it back');
  });

  await t.test('after it was killed', async () => {
    await holder.kill('SIGKILL');
    await takesOver(STATED);
  });

  await t.test('after it was stopped with the database locked', { skip: notLong }, async (t) => {
    await standby.start();
    const stopped = holder;
    await stop(stopped, data, { withLock: true });
    // Who writes for long is given five seconds more.
    await takesOver(STATED + 5_000);
    t.match(holder.stderr, /stopped with the database locked: it is killed/);
    t.equal(await stopped.kill('SIGKILL'), null, 'it is gone');
    await standby.start();
  });

  await t.test('a database that is busy for long is no reason', { skip: notLong }, async (t) => {
    const database = new Database(join(data, 'control-plane.sqlite'), { timeout: 5000 });
    database.exec('BEGIN IMMEDIATE');
    await delay(7_000);
    database.exec('COMMIT');
    database.close();
    await goesOn();
    t.equal(await holder.ingests(), true);
    t.equal(await standby.ingests(), false);
  });

  await t.test('in order, without that patience', { skip: notLong }, async () => {
    await holder.kill('SIGTERM');
    await takesOver(3_000);
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
    t.same(
      told,
      told.toSorted((a, b) => a - b),
      'delivered never goes back',
    );
  }
  await holder.kill('SIGTERM');
  // On a busy machine its signs of life may be missed before it gives the lease back.
  await until(async () =>
    /nobody ingests: start/.test(String((await api.get('/healthz')).problems)),
  );
  t.notOk((await api.get('/healthz')).ok);
});

/** @returns the kinds of events that the API has told since */
async function follow(api: ControlPlaneProcess): Promise<Set<string>> {
  const kinds = new Set<string>();
  const response = await api.fetch('/api/events?kind=device.online,detection.stored', {
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

/** At a moment when it has SQLite's lock, or has not. */
async function stop(ingest: IngestProcess, data: string, { withLock }: { withLock: boolean }) {
  const database = new Database(join(data, 'control-plane.sqlite'), { timeout: 0 });
  for (;;) {
    ingest.signal('SIGSTOP');
    // The kernel stops one thread after another.
    await delay(20);
    if (isLocked(database) === withLock) break;
    ingest.signal('SIGCONT');
    await delay(5);
  }
  database.close();
}

function isLocked(database: Database): boolean {
  try {
    database.exec('BEGIN IMMEDIATE; COMMIT');
    return false;
  } catch {
    return true;
  }
}
