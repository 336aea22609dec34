import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import t from 'tap';
import { GIVE_UP_AFTER } from '../../../control-plane/src/webhooks/retry-delay.ts';
import { until } from '../../stand/until.ts';
import { ofManyCommits, ofSqlite } from '../stand/on-postgres.ts';
import { row } from '../store/records.ts';
import { openWebhooks, receiver, type WebhookRequest } from './stand/open-webhooks.ts';

const changed = (job: number) =>
  ({ kind: 'job.changed', subject: { job: String(job) }, data: { job } }) as const;

t.test('an event is posted, signed as Standard Webhooks says', async (t) => {
  const { events, running } = await openWebhooks(t);
  const { url, received } = await receiver(t);
  const { webhook, secret } = await running.webhooks.create({ url, kinds: ['job.*'] });
  t.match(webhook, { url, kinds: ['job.*'], waiting: 0, givenUp: 0 });
  events.publish({ kind: 'device.silent', subject: {}, data: null });
  events.publish(changed(1));
  await until(() => received.length > 0);
  const [{ headers, body }] = received as [WebhookRequest];
  t.match(JSON.parse(body), { kind: 'job.changed', subject: { job: '1' }, data: { job: 1 } });
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  t.equal(headers['webhook-signature'], `v1,${expected}`);
  await until(async () => (await running.webhooks.list())[0]?.lastAnswer === '200 OK');
  t.equal(received.length, 1, 'what it did not ask for is not told');
});

t.test('what is not taken is sent again, later and later, in order', async (t) => {
  const { events, running, pass, restart } = await openWebhooks(t);
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
  const { events, running, pass, restart } = await openWebhooks(t);
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
  const { store, running, restart, noted } = await openWebhooks(t);
  const { url, received } = await receiver(t);
  await store.commit([row(1)]);
  await running.webhooks.create({ url, kinds: ['detection.stored'], subject: { device: 'pi-1' } });
  await store.commit([row(2), row(1, {}, { device: 'pi-2' })]);
  running.webhooks.detectionsStored();
  await until(() => received.length === 1);
  await noted();
  await running.webhooks.close();
  await store.commit([row(3)]);
  await restart();
  await until(() => received.length === 2);
  t.same(
    received.map(({ body }) => JSON.parse(body).data.seq),
    [2, 3],
  );
});

t.test(
  'what a filter leaves out is passed by once for all webhooks',
  ofManyCommits(),
  async (t) => {
    const { store, running, database, reads, restart, noted } = await openWebhooks(t);
    const { url, received } = await receiver(t);
    await store.commit([row(1)]);
    const create = (label: string) =>
      running.webhooks.create({ url, kinds: ['detection.stored'], subject: { label } });
    for (const label of ['rust', 'dent']) await create(label);
    for (let first = 2; first < 10_002; first += 1000) {
      await store.commit(Array.from({ length: 1000 }, (_, i) => row(first + i)));
    }
    const cursors = () => database.selectFrom('webhooks').select('detection_cursor').execute();
    const newest = await store.read('latestDetection', null);
    running.webhooks.detectionsStored();
    await until(async () => (await cursors()).every((at) => at.detection_cursor === newest));
    const pages = () => reads.filter((name) => name === 'listDetections').length;
    await until(() => pages() >= 21);
    t.equal(pages(), 21, 'one for every 500 rows, and one that is empty');

    await store.commit([row(10_002), row(10_003, { label: 'rust' })]);
    running.webhooks.detectionsStored();
    await until(() => received.length === 1);
    t.equal(pages(), 22);
    t.equal(JSON.parse((received[0] as WebhookRequest).body).data.seq, 10_003);
    await noted();
    await restart();
    await until(() => pages() > 22);
    await store.commit([row(10_004, { label: 'dent' })]);
    running.webhooks.detectionsStored();
    await until(() => received.length === 2);
    t.equal(JSON.parse((received[1] as WebhookRequest).body).data.seq, 10_004);
  },
);

t.test(
  'what the store does not take is queued later, in order, and holds up no other',
  ofSqlite(),
  async (t) => {
    const { events, running, database, logged, store } = await openWebhooks(t, 0.1);
    const [ill, well] = [await receiver(t), await receiver(t)];
    const kinds = ['job.*', 'detection.stored'];
    const { webhook } = await running.webhooks.create({ url: ill.url, kinds });
    await running.webhooks.create({ url: well.url, kinds });
    const jobs = ({ received }: { received: WebhookRequest[] }) =>
      received.map(({ body }) => JSON.parse(body).data.job ?? 'detection');
    await sql
      .raw(
        `CREATE TRIGGER ill BEFORE INSERT ON webhook_deliveries WHEN NEW.webhook_id = '${webhook.id}'
       BEGIN SELECT RAISE(ABORT, 'the disk is ill'); END`,
      )
      .execute(database);
    for (const job of [1, 2, 3]) events.publish(changed(job));
    await store.commit([row(1)]);
    running.webhooks.detectionsStored();
    await until(() => well.received.length === 4);
    t.same(jobs(well), [1, 2, 3, 'detection']);
    t.equal(ill.received.length, 0);
    t.equal(logged.length, 1);
    t.match(JSON.parse(String(logged[0])), {
      msg: 'webhooks are told later',
      error: /disk is ill/,
    });

    await sql.raw('DROP TRIGGER ill').execute(database);
    await until(() => ill.received.length === 4);
    t.same(jobs(ill), [1, 2, 3, 'detection']);
    await until(async () => (await running.webhooks.list()).every(({ waiting }) => waiting === 0));
    t.equal(well.received.length, 4, 'nobody is told twice');
  },
);

t.test('of what the store does not take 10,000 wait; more are counted', ofSqlite(), async (t) => {
  const { events, running, database, logged } = await openWebhooks(t, 0.1);
  await running.webhooks.create({ url: 'http://127.0.0.1:1/', kinds: ['job.*'] });
  await sql
    .raw(
      "CREATE TRIGGER ill BEFORE INSERT ON webhook_deliveries BEGIN SELECT RAISE(ABORT, 'ill'); END",
    )
    .execute(database);
  events.publish(changed(0));
  await until(() => logged.length > 0);
  for (let job = 1; job <= 10_002; job++) events.publish(changed(job));
  await until(async () => (await running.webhooks.list())[0]?.givenUp === 3);
  await running.webhooks.close();
  t.match(JSON.parse(String(logged.at(-1))), { events: 10_000, msg: /never told/ });
});

t.test('a kind that is none is refused; one that is removed is told nothing more', async (t) => {
  const { events, running } = await openWebhooks(t);
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

t.test('a URL that nothing can be sent to is refused', async (t) => {
  const { running } = await openWebhooks(t);
  for (const [url, message] of [
    ['http://', /^Expected a URL such as .* for url, received "http:\/\/"\.$/],
    ['https://a host/', /received "https:\/\/a host\/"/],
    [
      'https://user:word@host.example/',
      /^(?!.*word@).* without user and password .* host\.example/,
    ],
    ['https://user@host.example/', /without user and password/],
    ['https://:word@host.example/', /without user and password/],
  ] as const) {
    const refused = { code: 'REQUEST_INVALID', message };
    await t.rejects(running.webhooks.create({ url, kinds: ['job.*'] }), refused, url);
  }
  t.same(await running.webhooks.list(), []);
});
