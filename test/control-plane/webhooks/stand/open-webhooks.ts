import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { epochMillis } from '@edgeloop/protocol';
import pino from 'pino';
import type { Test } from 'tap';
import { openStores } from '../../../../control-plane/src/database/open-stores.ts';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import { Store } from '../../../../control-plane/src/store/store.ts';
import { Webhooks } from '../../../../control-plane/src/webhooks/webhooks.ts';
import { until } from '../../../stand/until.ts';
import { storePlace } from '../../stand/store-place.ts';

export interface WebhookRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver that answers with the statuses given, then with 200. */
export async function receiver(t: Test, statuses: number[] = []) {
  const received: WebhookRequest[] = [];
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

/** Webhooks on a store of their own, by a clock that `pass` sets on. */
export async function openWebhooks(t: Test, random = 0) {
  const place = storePlace(t);
  const store = new Store(...place);
  await store.start();
  const reads: string[] = [];
  const watched: Pick<Store, 'read'> = {
    read: (name, request) => {
      reads.push(name);
      return store.read(name, request);
    },
  };
  const database = openStores(...place);
  let shift = 0;
  const now = () => epochMillis(Date.now() + shift);
  const events = new EventBus({ now });
  const logged: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => logged.push(line) });
  const open = async () => {
    const it = new Webhooks({
      database,
      store: watched,
      events,
      log,
      now,
      time: { earliest: now, latest: now },
      version: '1',
      random: () => random,
    });
    await it.start();
    return it;
  };
  const running = { webhooks: await open() };
  t.teardown(async () => {
    await running.webhooks.close();
    await database.destroy();
    await store.close();
  });
  return {
    store,
    events,
    running,
    database,
    reads,
    logged,
    pass: (time: number) => {
      shift += time;
    },
    /** What is cut off before its answer was noted is told again. */
    noted: () =>
      until(async () => {
        const waiting = database.selectFrom('webhook_deliveries').where('state', '=', 'waiting');
        return (await waiting.select('id').execute()).length === 0;
      }),
    restart: async () => {
      await running.webhooks.close();
      running.webhooks = await open();
    },
  };
}
