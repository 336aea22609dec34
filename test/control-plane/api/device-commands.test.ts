import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { until } from '../../stand/until.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, events, audit, commandService } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const said: { command: string; id: string; device: string }[] = [];
await commandService.start(
  async ({ device, command }, { id }) => void said.push({ device, command, id }),
);
const heard: { kind: string; subject: object; data: unknown }[] = [];
events.subscribe((event) => heard.push(event));

const operator = await bearer(tokens, 'operator');
const viewer = await bearer(tokens, 'viewer');
const call = (
  url: string,
  { method = 'GET', payload, authorization = operator, headers = {} }: CallOptions = {},
) =>
  app.inject({
    method: method as 'GET',
    url,
    ...(payload && { payload }),
    headers: { authorization, ...headers },
  });
interface CallOptions {
  method?: string;
  payload?: object;
  authorization?: string;
  headers?: Record<string, string>;
}
/** @returns what it asks the API with */
async function enrol(name: string): Promise<string> {
  const token = await call('/api/enrolment-tokens', {
    method: 'POST',
    payload: { name, site: 'works' },
  });
  const enrolled = await call('/api/enrol', {
    method: 'POST',
    payload: new DeviceKey(name).enrolment(token.json().secret),
  });
  const { username, password } = enrolled.json().credential;
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
const pi = await enrol('pi-1');
const other = await enrol('pi-2');
const COMMANDS = '/api/devices/pi-1/commands';
const ask = (payload: object, more: CallOptions = {}) =>
  call(COMMANDS, { method: 'POST', payload, ...more });
const address = (device = 'pi-1') => ({ site: 'works', device }) as never;
const ack = (id: string, more: object = {}) =>
  ({ id, command: 'logs', outcome: 'done', at: '2026-11-24T00:00:00.000Z', ...more }) as never;

t.test('a command is said, followed, and told what became of it', async (t) => {
  const asked = await ask({ command: 'logs' }, { headers: { 'idempotency-key': 'once' } });
  t.equal(asked.statusCode, 202);
  const { id, ...view } = asked.json();
  t.match(view, {
    device: 'pi-1',
    command: 'logs',
    state: 'pending',
    parameters: { lines: 200 },
    createdBy: 'token:a operator',
    acknowledgedAt: null,
    ack: null,
  });
  const life = Date.parse(view.expiresAt) - Date.parse(view.createdAt);
  t.ok(life > 59_000 && life <= 60_000, `${life} ms`);
  const again = await ask({ command: 'logs' }, { headers: { 'idempotency-key': 'once' } });
  t.equal(again.json().id, id, 'asked again after a lost answer, it is the same');
  await until(() => said.length > 0);
  t.match(said[0], { device: 'pi-1', command: 'logs', id });

  commandService.acknowledge(address('pi-2'), ack(id));
  commandService.acknowledge(address(), ack(id, { command: 'restart' }));
  t.match((await call(`${COMMANDS}/${id}`)).json(), { state: 'pending' }, 'not what others say');
  commandService.acknowledge(address(), ack(id, { lines: 7, reason: 'x'.repeat(5000) }));
  await until(() => heard.some(({ kind }) => kind === 'command.acknowledged'));
  const settled = (await call(`${COMMANDS}/${id}`)).json();
  t.match(settled, { state: 'done', acknowledgedAt: String, ack: { lines: 7 } });
  t.equal(settled.ack.reason.length, 1000);
  t.match(heard.at(-1), { subject: { site: 'works', device: 'pi-1', command: id }, data: settled });
  commandService.acknowledge(address(), ack(id, { outcome: 'refused' }));
  t.match((await call(`${COMMANDS}/${id}`)).json(), { state: 'done' }, 'the first word counts');
  const { entries } = await audit.list({ action: 'createCommand', limit: 10 });
  t.match(entries, [{ subject: COMMANDS, request: { command: 'logs' } }]);
  t.equal(entries.length, 1, 'what was asked again changed nothing');
});

t.test('what can not be asked is refused, in words', async (t) => {
  for (const [payload, status] of [
    [{ command: 'dance' }, 400],
    [{ command: 'preview' }, 400],
    [{ command: 'preview', camera: 'cam0', seconds: 61 }, 400],
    [{ command: 'preview', camera: 'cam0', fps: 6 }, 400],
    [{ command: 'restart', now: true }, 400],
    [{ command: 'logs', lines: 0 }, 400],
  ] as const) {
    t.equal((await ask(payload)).statusCode, status, JSON.stringify(payload));
  }
  t.equal((await ask({ command: 'restart' }, { authorization: viewer })).statusCode, 403);
  const nobody = await call('/api/devices/pi-9/commands', {
    method: 'POST',
    payload: { command: 'restart' },
  });
  t.match(nobody.json(), { status: 404, detail: /received pi-9/ });
  const missing = await call(`${COMMANDS}/44444444-4444-4444-8444-444444444444`);
  t.equal(missing.statusCode, 404);
});

t.test('a device that does not answer is not asked without end', async (t) => {
  const quiet = '/api/devices/pi-2/commands';
  const answers: number[] = [];
  for (let i = 0; i < 33; i++) {
    const asked = await call(quiet, { method: 'POST', payload: { command: 'snapshot' } });
    answers.push(asked.statusCode);
  }
  t.same(answers, [...Array.from({ length: 32 }, () => 202), 503]);
  const page = (await call(`${quiet}?limit=20`)).json();
  const rest = (await call(`${quiet}?limit=20&cursor=${page.next}`)).json();
  t.equal(page.commands.length + rest.commands.length, 32);
  t.equal(rest.next, null);
});

t.test('log lines come for the command that asked for them, and for no other', async (t) => {
  const bring = (command: string, lines: string[], authorization = pi) =>
    call('/api/device/log', {
      method: 'PUT',
      authorization,
      payload: { command, at: '2026-11-24T00:00:00.000Z', lines },
    });
  t.equal((await call('/api/devices/pi-1/log')).statusCode, 404);
  t.match(await call('/api/devices/pi-1/log?orNone=true'), { statusCode: 204, body: '' });
  const { id } = (await ask({ command: 'logs', lines: 2 })).json();
  t.equal((await bring(id, ['{"a":1}', 'b'])).statusCode, 204);
  t.match((await call('/api/devices/pi-1/log')).json(), {
    device: 'pi-1',
    command: id,
    lines: ['{"a":1}', 'b'],
    at: '2026-11-24T00:00:00.000Z',
  });
  t.equal((await call('/api/devices/pi-1/log', { authorization: viewer })).statusCode, 403);
  t.equal((await bring(id, ['x'], other)).statusCode, 409, 'another device');
  const { id: snapshot } = (await ask({ command: 'snapshot' })).json();
  t.equal((await bring(snapshot, ['x'])).statusCode, 409, 'a command that asked for none');
  t.equal((await bring(id, ['x'.repeat(5000)])).statusCode, 400, 'a line that is too long');
  const large = Array.from({ length: 200 }, () => 'x'.repeat(4000));
  t.equal((await bring(id, large)).statusCode, 413);
  commandService.acknowledge(address(), ack(id));
  await until(async () => (await call(`${COMMANDS}/${id}`)).json().state === 'done');
  t.equal((await bring(id, ['late'])).statusCode, 409, 'it has its answer');
  t.match((await call('/api/devices/pi-1/log')).json(), { lines: ['{"a":1}', 'b'] });
});
