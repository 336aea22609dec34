import { createHash } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import t from 'tap';
import { AgentFolder, AgentProcess } from '../stand/agent/agent-process.ts';
import { until } from '../stand/until.ts';

const NO_BROKER = 'mqtt://127.0.0.1:1';

async function folder(t: { teardown(remove: () => Promise<void>): void }): Promise<AgentFolder> {
  const created = await AgentFolder.create();
  t.teardown(() => created.remove());
  return created;
}

t.test('a configuration without mistakes is said to be so', async (t) => {
  const it = await folder(t);
  await it.addPictures(['red']);
  const agent = new AgentProcess(['check-config', '--config', await it.configure(NO_BROKER)]);
  t.same(await agent.ended, { code: 0, signal: null });
  t.match(agent.stdout, /no mistakes/);
});

t.test('a folder without pictures is a mistake that check-config finds', async (t) => {
  const config = await (await folder(t)).configure(NO_BROKER);
  const agent = new AgentProcess(['check-config', '--config', config]);
  t.same(await agent.ended, { code: 51, signal: null });
  t.match(agent.stderr, /cameras\.cam0\.source\.path: Expected JPEG, PNG or WebP pictures in/);
});

t.test('a second agent on the same state ends at once, and leaves the first alone', async (t) => {
  const it = await folder(t);
  const source = { kind: 'synthetic', interval: '50ms' };
  const config = await it.configure(NO_BROKER, {
    cameras: { cam0: { slot: 'main', source, decide: { mode: 'frame' } } },
  });
  const first = new AgentProcess(['run', '--config', config]);
  t.teardown(() => first.kill('SIGKILL'));
  await until(() => first.stdout.includes('"running"'));
  const second = new AgentProcess(['run', '--config', config]);
  t.same(await second.ended, { code: 56, signal: null });
  t.match(second.stderr, /a state folder of its own, received .*which another agent uses/);
  t.same(await first.kill('SIGTERM'), { code: 0, signal: null });
});

t.test('a typo ends with its own status', async (t) => {
  const config = await (await folder(t)).configure(NO_BROKER, { halth: {} });
  const agent = new AgentProcess(['run', '--config', config]);
  t.same(await agent.ended, { code: 51, signal: null });
  t.match(agent.stderr, /agent\.yaml:\d+: halth: unknown key\. Did you mean "health"\?/);
});

t.test('a class that the model does not have is a mistake', async (t) => {
  const cam0 = {
    slot: 'main',
    source: { kind: 'synthetic' },
    decide: { mode: 'occurrence', background: ['gren'] },
  };
  const config = await (await folder(t)).configure(NO_BROKER, { cameras: { cam0 } });
  const agent = new AgentProcess(['check-config', '--config', config]);
  t.same(await agent.ended, { code: 51, signal: null });
  t.match(
    agent.stderr,
    /classes of the model \(red, green, blue\), received "gren"\. Did you mean "green"/,
  );
});

t.test('a package with one byte changed is refused', async (t) => {
  const it = await folder(t);
  const model = join(it.path, 'package', 'model.int8.onnx');
  const bytes = await readFile(model);
  bytes[20] = (bytes[20] as number) ^ 1;
  await writeFile(model, bytes);
  const agent = new AgentProcess(['run', '--config', await it.configure(NO_BROKER)]);
  t.same(await agent.ended, { code: 15, signal: null });
  t.match(agent.stderr, /model\.int8\.onnx/);
});

t.test('a model that is no ONNX file is refused, though its digest is right', async (t) => {
  const it = await folder(t);
  const text = new TextEncoder().encode('this is not a model\n');
  await writeFile(join(it.path, 'package', 'model.int8.onnx'), text);
  const file = join(it.path, 'package', 'manifest.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  const sha256 = createHash('sha256').update(text).digest('hex');
  manifest.variants.int8.file = { path: 'model.int8.onnx', bytes: text.length, sha256 };
  await writeFile(file, JSON.stringify(manifest));
  const agent = new AgentProcess(['run', '--config', await it.configure(NO_BROKER)]);
  t.same(await agent.ended, { code: 20, signal: null });
  t.match(agent.stderr, /model\.int8\.onnx/);
});

t.test('the outbox tells its status', async (t) => {
  const it = await folder(t);
  await it.addPictures(['red', 'green']);
  const config = await it.configure(NO_BROKER);
  const agent = new AgentProcess(['run', '--config', config]);
  while (!agent.stdout.includes('source finished')) await new Promise((r) => setTimeout(r, 20));
  await agent.kill('SIGTERM');
  const asked = new AgentProcess(['outbox', '--config', config]);
  t.same(await asked.ended, { code: 0, signal: null });
  t.match(JSON.parse(asked.stdout), { nextSeq: 3, oldestSeq: 1, rows: 2, stream: String });
});

t.test('a port that is taken is told, and nothing is left behind', async (t) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const it = await folder(t);
  await it.addPictures(['red']);
  const config = await it.configure(NO_BROKER, { http: { port } });
  const agent = new AgentProcess(['run', '--config', config]);
  t.same(await agent.ended, { code: 57, signal: null });
  t.match(agent.stderr, /http\.port/);
});

t.test('a damaged outbox is moved aside and the agent runs', async (t) => {
  const it = await folder(t);
  await it.addPictures(['red']);
  const config = await it.configure(NO_BROKER);
  const first = new AgentProcess(['run', '--config', config]);
  while (!first.stdout.includes('source finished')) await new Promise((r) => setTimeout(r, 20));
  t.same(await first.kill('SIGINT'), { code: 0, signal: null });
  const file = join(it.path, 'state', 'outbox.sqlite');
  await writeFile(file, 'no database');
  await appendFile(file, 'x'.repeat(10_000));
  const second = new AgentProcess(['run', '--config', config]);
  while (!second.stdout.includes('source finished')) await new Promise((r) => setTimeout(r, 20));
  t.match(second.stdout, /the outbox was damaged/);
  t.same(await second.kill('SIGTERM'), { code: 0, signal: null });
});
