import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { signWebhook } from '../../../control-plane/src/webhooks/sign-webhook.ts';
import { until } from '../../stand/until.ts';
import { planOf, RunningFleet } from './stand/running-fleet.ts';

interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

t.test(
  'whoever asked for it is told of a rollout, signed, from its beginning to its end',
  async (t) => {
    const told: WebhookRequest[] = [];
    const receiver = createServer(async (request, response) => {
      told.push({ headers: request.headers, body: await text(request) });
      response.end();
    }).listen(0, '127.0.0.1');
    t.teardown(() => receiver.close());
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;

    const fleet = await RunningFleet.start(t);
    await fleet.join(['a', 'b']);
    const { secret } = await fleet.call('POST', '/api/webhooks', {
      url: `http://127.0.0.1:${port}/`,
      kinds: ['rollout.changed', 'rollout.decided'],
    });
    const { rollout } = await fleet.call('POST', '/api/rollouts', planOf());
    await fleet.settled(rollout, 'completed');
    await until(() => told.some(({ body }) => body.includes('"completed"')));
    await fleet.until('/api/webhooks', ({ webhooks: [webhook] }) => webhook.waiting === 0);

    const events = told.map(({ body }) => JSON.parse(body));
    t.same([...new Set(events.map(({ kind }) => kind))].sort(), [
      'rollout.changed',
      'rollout.decided',
    ]);
    t.ok(events.every(({ subject }) => subject.rollout === rollout));
    t.match(JSON.stringify(events.at(-1)), /complete/, 'the last word is that it completed');
    for (const { headers, body } of told) {
      const id = String(headers['webhook-id']);
      const epochSeconds = Number(headers['webhook-timestamp']);
      const expected = signWebhook(secret, { id, epochSeconds, body });
      t.equal(headers['webhook-signature'], expected['webhook-signature']);
    }
  },
);
