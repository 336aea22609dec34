import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MANIFEST_FILE, type Sha256, type SignedAssignment } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { AgentFolder, AgentProcess } from '../../stand/agent/agent-process.ts';
import { Mosquitto, mosquittoMissing } from '../../stand/broker/mosquitto.ts';
import { SignedFleet } from '../../stand/fleet/signed-fleet.ts';
import { writeColourPackage } from '../../stand/models/colour-package.ts';
import { ModelServer } from '../../stand/servers/model-server.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(280_000);
const ROOT = 'edgeloop/v1/works/pi-1';

async function create(t: Test) {
  const broker = new Mosquitto();
  const server = new ModelServer();
  const fleet = await SignedFleet.create(t);
  const folder = await AgentFolder.create();
  await server.start();
  await broker.start();
  const received = await broker.listen();
  await folder.addPictures(['red', 'green', 'blue']);
  writeFileSync(join(folder.path, 'root.json'), JSON.stringify(fleet.chain[0]));
  const pictures = { kind: 'directory', path: 'pictures', interval: '50ms', loop: true };
  const off = { random: 'off', uncertain: 'off', rare: 'off', changed: 'off' } as const;
  const config = await folder.configure(broker.url, {
    broker: { url: broker.url, username: 'pi-1', password: 'secret' },
    server: { url: server.url },
    trust: { root: 'root.json' },
    updates: { minFree: '1MiB' },
    cameras: { cam0: { slot: 'main', source: pictures, decide: { mode: 'frame' } } },
    sampling: { cooldown: '0s', ...off, store: { minFree: '1MiB' } },
    health: { interval: '200ms' },
    shadow: { maxTemperature: 150 },
  });
  const running = { agent: new AgentProcess(['run', '--config', config]) };
  t.teardown(async () => {
    await running.agent.kill('SIGKILL');
    await broker.close();
    await server.close();
    await folder.remove();
  });
  const messages = (topic: string) =>
    received.filter((r) => r.topic === `${ROOT}/${topic}`).map((r) => r.message);
  let version = 0;
  return {
    server,
    fleet,
    messages,
    /** Its green is called blue, and its blue green; only red is in its golden case. */
    async publish(name: string, red = [10, 0, 0]): Promise<Sha256> {
      const path = mkdtempSync(join(tmpdir(), 'published-'));
      t.teardown(() => rmSync(path, { recursive: true, force: true }));
      await writeColourPackage(path);
      const file = join(path, MANIFEST_FILE);
      const manifest = JSON.parse(readFileSync(file, 'utf8'));
      manifest.golden.cases[0].logits.int8 = red;
      const classes = ['red', 'blue', 'green'];
      writeFileSync(file, JSON.stringify({ ...manifest, name, classes }));
      return server.publish(path, fleet.packageKey);
    },
    want(assignment: SignedAssignment | null) {
      version += 1;
      const shadow = assignment && { assignment, every: 2 };
      const slots = { main: { ...(shadow && { shadow }) } };
      broker.publish(`${ROOT}/desired`, JSON.stringify({ version, root: 1, slots }), true);
    },
    shadow: () => messages('reported').at(-1)?.slots.main.shadow,
    files: () => readdirSync(join(folder.path, 'state', 'shadows', 'main')),
    async restart(): Promise<void> {
      await running.agent.kill('SIGKILL');
      running.agent = new AgentProcess(['run', '--config', config]);
    },
  };
}

t.test('a candidate looks on until it is not wanted', { skip: mosquittoMissing }, async (t) => {
  const { server, fleet, messages, publish, want, shadow, files, restart } = await create(t);
  const candidate = await publish('swapped');
  const assign = (generation: number, digest = candidate) =>
    fleet.assign(digest, generation, { as: 'shadow' });
  await until(() => messages('reported').length > 0);

  want(assign(1));
  await until(() => shadow()?.state === 'committed');
  t.match(shadow(), { model: candidate, generation: 1 });
  const told = () => messages('shadow').at(-1)?.slots.main;
  await until(() => told()?.byClass.blue?.compared > 1 && told().byClass.red?.compared > 1);
  const { active, byClass, compared, agreed, skipped } = told();
  t.equal(active, messages('reported').at(-1).slots.main.model);
  t.equal(byClass.green.agreed + byClass.blue.agreed, 0);
  t.equal(agreed, byClass.red.agreed);
  t.ok(compared > agreed && agreed > 0);
  t.same(skipped.hot, 0);
  const kept = messages('samples');
  t.ok(kept.length > 0, 'what they disagree on is kept');
  t.ok(kept.every(({ reasons, label }) => reasons.includes('disagreed') && label !== 'red'));
  const labels = new Set(messages('detections/cam0').map(({ label }) => label));
  t.same([...labels].sort(), ['blue', 'green', 'red']);
  t.ok(
    messages('detections/cam0').every(({ model }) => model === active),
    'it decides nothing',
  );

  const asked = server.asked.length;
  await restart();
  const before = messages('shadow').length;
  await until(() => messages('shadow').length > before);
  t.equal(server.asked.slice(asked).filter((path) => path.includes('onnx')).length, 0);

  want(null);
  await until(() => messages('reported').at(-1).slots.main.shadow === undefined);
  await until(() => files().length === 0);

  const bad = await publish('bad', [0, 10, 0]);
  want(assign(2, bad));
  await until(() => shadow()?.generation === 2 && shadow().state === 'failed');
  t.match(shadow().reason, { code: 'PACKAGE_GOLDEN_FAILED' });
  want(fleet.assign(candidate, 3, { as: 'active' }));
  await until(() => shadow()?.generation === 3 && shadow().state === 'refused');
  t.match(shadow().reason.message, /shadow/);
});
