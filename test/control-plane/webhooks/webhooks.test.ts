import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis } from '@edgeloop/protocol';
import pino from 'pino';
import t, { type Test } from 'tap';
import { openStores } from '../../../control-plane/src/database/open-stores.ts';
import { EventBus } from '../../../control-plane/src/events/event-bus.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { GIVE_UP_AFTER, retryDelay } from '../../../control-plane/src/webhooks/retry-delay.ts';
import { Webhooks } from '../../../control-plane/src/webhooks/webhooks.ts';
import { until } from '../../stand/mosquitto.ts';
import { row } from '../store/records.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with the statuses given, then with 200. */
async function receiver(t: Test, statuses: number[] = []) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 200).end('thank you');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

async function stand(t: Test) {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  const store = new Store(folder);
  await store.start();
  const database = openStores(folder);
  let shift = 0;
  const now = () => epochMillis(Date.now() + shift);
  const events = new EventBus({ now });
  const log = pino({ level: 'silent' });
  const open = async () => {
    const it = new Webhooks({
      ...{ database, store, events, log, now },
      version: '1',
      random: () => 0,
    });
    await it.start();
    return it;
  };
  const running = { webhooks: await open() };
  t.teardown(async () => {
    await running.webhooks.close();
    await database.destroy();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    ...{ store, events, running, database },
    pass: (time: number) => {
      shift += time;
    },
    restart: async () => {
      await running.webhooks.close();
      running.webhooks = await open();
    },
  };
}
const changed = (job: number) =>
  ({ kind: 'job.changed', subject: { job: String(job) }, data: { job } }) as const;

t.test('an event is posted, signed as Standard Webhooks says', async (t) => {
  const { events, running } = await stand(t);
  const { url, received } = await receiver(t);
  const { webhook, secret } = await running.webhooks.create({ url, kinds: ['job.*'] });
  t.match(webhook, { url, kinds: ['job.*'], waiting: 0, givenUp: 0 });
  events.publish({ kind: 'device.silent', subject: {}, data: null });
  events.publish(changed(1));
  await until(() => received.length > 0);
  const [{ headers, body }] = received as [Received];
  t.match(JSON.parse(body), { kind: 'job.changed', subject: { job: '1' }, data: { job: 1 } });
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  t.equal(headers['webhook-signature'], `v1,${expected}`);
  await until(async () => (await running.webhooks.list())[0]?.lastAnswer === '200 OK');
  t.equal(received.length, 1, 'what it did not ask for is not told');
});

t.test('what is not taken is sent again, later and later, in order', async (t) => {
  const { events, running, pass, restart } = await stand(t);
  const { url, received } = await receiver(t, [500, 302]);
  await running.webhooks.create({ url, kinds: ['job.*'] });
  events.publish(changed(1));
  events.publish(changed(2));
  await until(
    async () => (await running.webhooks.list())[0]?.lastAnswer === '500 Internal Server Error',
  );
  t.match(await running.webhooks.list(), [{ waiting: 2 }]);
  pass(5_000);
  await restart();
  await until(async () => (await running.webhooks.list())[0]?.lastAnswer === '302 Found');
  pass(10_000);
  await restart();
  await until(async () => (await running.webhooks.list())[0]?.waiting === 0);
  t.same(
    received.map(({ body }) => JSON.parse(body).data.job),
    [1, 1, 1, 2],
    'a restart loses none, and the second waits for the first',
  );
  const ids = received.map(({ headers }) => headers['webhook-id']);
  t.equal(new Set(ids.slice(0, 3)).size, 1, 'under the same id');
});

t.test('a receiver that is away for three days is given up, and told so', async (t) => {
  const { events, running, pass, restart } = await stand(t);
  await running.webhooks.create({ url: 'http://127.0.0.1:1/', kinds: ['job.*'] });
  events.publish(changed(1));
  await until(async () =>
    /ECONNREFUSED|bad port/.test(String((await running.webhooks.list())[0]?.lastAnswer)),
  );
  pass(GIVE_UP_AFTER);
  await restart();
  await until(async () => (await running.webhooks.list())[0]?.givenUp === 1);
  t.match(await running.webhooks.list(), [{ waiting: 0, givenUp: 1 }]);
});

t.test('every detection since it was made is told once, also after a restart', async (t) => {
  const { store, running, restart } = await stand(t);
  const { url, received } = await receiver(t);
  await store.commit([row(1)]);
  await running.webhooks.create({ url, kinds: ['detection.stored'], subject: { device: 'pi-1' } });
  await store.commit([row(2), row(1, {}, { device: 'pi-2' })]);
  running.webhooks.detectionsStored();
  await until(() => received.length === 1);
  await running.webhooks.close();
  await store.commit([row(3)]);
  await restart();
  await until(() => received.length === 2);
  t.same(
    received.map(({ body }) => JSON.parse(body).data.seq),
    [2, 3],
  );
});

t.test('a kind that is none is refused; one that is removed is told nothing more', async (t) => {
  const { events, running } = await stand(t);
  const { url, received } = await receiver(t);
  for (const kind of ['job.finished', 'jobs.*']) {
    await t.rejects(running.webhooks.create({ url, kinds: [kind] }), {
      code: 'REQUEST_INVALID',
      message: /one of detection\.stored, .*received "jobs?\..*"\.$/,
    });
  }
  for (const kind of ['picture.changed', 'occurrence.pictured', 'picture.*', 'occurrence.*']) {
    await t.rejects(
      running.webhooks.create({ url, kinds: ['job.*', kind] }),
      {
        code: 'REQUEST_INVALID',
        message:
          /one of detection\.stored, (?!.*(picture\.changed|pictured),).*told in \/api\/events alone/,
      },
      `${kind} is fleeting`,
    );
  }
  const { webhook } = await running.webhooks.create({ url, kinds: ['job.*'] });
  await running.webhooks.remove(webhook.id);
  events.publish(changed(1));
  await t.rejects(running.webhooks.remove(webhook.id), { code: 'NOT_FOUND' });
  t.same(await running.webhooks.list(), []);
  t.equal(received.length, 0);
});

t.test('the waits between attempts', async (t) => {
  t.same(
    [1, 2, 3, 12, 13, 14, 99].map((attempts) => Number(retryDelay(attempts, 0))),
    [5e3, 1e4, 2e4, 1.024e7, 2.048e7, 2.16e7, 2.16e7],
  );
  t.equal(retryDelay(1, 1), 6000, 'up to a fifth more');
});
