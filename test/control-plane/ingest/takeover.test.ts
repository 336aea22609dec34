import t, { type Test } from 'tap';
import type { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { Device } from '../../stand/fleet/device.ts';
import { STREAM } from '../../stand/fleet/messages.ts';
import { notLong } from '../../stand/long.ts';
import { until } from '../../stand/until.ts';
import type { Engine } from '../stand/separated/engine.ts';
import { ENGINES } from '../stand/separated/engines.ts';
import { SeparatedControlPlane } from '../stand/separated/separated-control-plane.ts';
import { SteadyLoad } from './stand/steady-load.ts';

t.setTimeout(300_000);

/** As docs/scaling.md has it: five seconds of patience, and what a busy machine takes beside. */
const STATED = 10_000;
/** Who writes for long is given five seconds more. */
const STATED_LOCKED = STATED + 5_000;

for (const [i, { name, missing, open }] of ENGINES.entries()) {
  // The fence itself is the store's test, on both.
  const skip = missing || (i > 0 && notLong);
  t.test(`a standby takes over by a lease, on ${name}`, { skip }, async (t) =>
    takeOver(t, await open(t)),
  );
}

async function takeOver(t: Test, engine: Engine): Promise<void> {
  const line = await SeparatedControlPlane.start(t, engine, ['--allow-anonymous']);
  const { api, broker } = line;
  const events = await follow(api);
  const load = await SteadyLoad.start(t, broker);
  const takesOver = async (within: number) => {
    const since = performance.now();
    await line.takenOver();
    await load.goesOn();
    const took = performance.now() - since;
    t.ok(took < within, `took over, and stores, after ${Math.round(took)} ms`);
  };
  await load.goesOn();

  await t.test('what is stored by another process is told by the API', async (t) => {
    await until(() => events.has('device.online') && events.has('detection.stored'));
    t.match(await api.get('/healthz'), { ok: true });
    t.match(await api.get('/api/devices/pi-3'), { state: 'online' });
    const retained = await broker.listen(null, 'edgeloop/v1/works/pi-3/desired');
    await until(() => retained.length > 0);
    t.match(await (await api.fetch('/metrics')).text(), /ingest_alive 1\n/);
    t.match(await line.standby.health(), { ok: true, ingests: false });
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
      await load.goesOn();
      t.equal((await api.detections('&device=pi-9')).length, 5, "what it says since is nobody's");
      t.equal(device.through, 5);
    },
  );

  await t.test('after it was stopped; who wakes up stores nothing', async (t) => {
    const stopped = await line.stopHolder({ withLock: false });
    await takesOver(STATED);
    stopped.signal('SIGCONT');
    await until(async () => (await stopped.health())?.ingests === false);
    await until(() => /"lost":true/.test(stopped.stderr));
    await load.goesOn();
    t.equal(await line.holder.ingests(), true, 'and does not take it back');
  });

  await t.test('after it was killed', async () => {
    await line.holder.kill('SIGKILL');
    await takesOver(STATED);
  });

  await t.test('after it was stopped with the database locked', { skip: notLong }, async (t) => {
    await line.standby.start();
    const stopped = await line.stopHolder({ withLock: true });
    await takesOver(STATED_LOCKED);
    if (engine.needsKill) {
      t.match(line.holder.stderr, /stopped with the database locked: it is killed/);
      t.equal(await stopped.kill('SIGKILL'), null, 'it is gone');
      await stopped.start();
      return;
    }
    stopped.signal('SIGCONT');
    await until(() => /"lost":true/.test(stopped.stderr));
    await load.goesOn();
    t.equal(await line.holder.ingests(), true);
  });

  await t.test('a database that is busy for long is no reason', { skip: notLong }, async (t) => {
    await engine.holdUp(7_000);
    await load.goesOn();
    t.equal(await line.holder.ingests(), true);
    t.equal(await line.standby.ingests(), false);
  });

  const ofServer = engine.goAway ? notLong : 'it has none';
  await t.test('nor is a server that was away', { skip: ofServer }, async (t) => {
    await engine.goAway?.(12_000);
    await load.goesOn();
    t.equal(await line.holder.ingests(), true);
    t.equal(await line.standby.ingests(), false);
  });

  await t.test('in order, without that patience', { skip: notLong }, async () => {
    await line.holder.kill('SIGTERM');
    await takesOver(3_000);
  });

  await load.end();
  load.check(t, await api.detections());
  await line.holder.kill('SIGTERM');
  // On a busy machine its signs of life may be missed before it gives the lease back.
  await until(async () =>
    /nobody ingests: start/.test(String((await api.get('/healthz')).problems)),
  );
  t.notOk((await api.get('/healthz')).ok);
}

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
