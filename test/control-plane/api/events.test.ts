import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { Store } from '../../../control-plane/src/store/store.ts';
import { until } from '../../stand/until.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { row } from '../store/records.ts';

const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens, events, detections } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
let following = 0;
const follow = detections.follow.bind(detections);
detections.follow = async () => {
  const end = await follow();
  following += 1;
  return () => {
    following -= 1;
    end();
  };
};
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;
const authorization = await bearer(tokens, 'viewer');

/** What a stream says, as it says it. */
async function listen(t: Test, query: string, headers: Record<string, string> = {}) {
  const stream = { text: '', status: 0, ended: false };
  const response = await new Promise<IncomingMessage>((resolve) => {
    const options = { headers: { authorization, ...headers } };
    get(`http://127.0.0.1:${port}/api/events${query}`, options, resolve);
  });
  stream.status = response.statusCode as number;
  response.on('data', (piece) => {
    stream.text += piece;
  });
  response.on('close', () => {
    stream.ended = true;
  });
  t.teardown(() => response.destroy());
  await until(() => stream.text.includes(': listening') || stream.ended);
  return { stream, response };
}
const told = ({ text }: { text: string }) =>
  [...text.matchAll(/^data: (\{.+\})$/gm)].map(([, json]) => JSON.parse(json as string));

t.test('a kind that is none is refused: nothing would ever come', async (t) => {
  for (const kind of ['device.offlin', 'devices.*', 'job.*,nope']) {
    const { stream, response } = await listen(t, `?kind=${kind}`);
    t.equal(response.statusCode, 400);
    t.match(stream.text, /one of detection\.stored, .* or <noun>\.\*, for kinds, received/);
  }
});

t.test('what changes is told as it changes; a short break misses nothing', async (t) => {
  const { stream, response } = await listen(t, '?kind=job.*');
  events.publish({ kind: 'device.silent', subject: { device: 'pi-1' }, data: null });
  events.publish({ kind: 'job.changed', subject: { job: '1' }, data: null });
  await until(() => told(stream).length === 1);
  t.match(stream.text, /^id: \S+\nevent: job\.changed\ndata: \{/m);
  const [{ id }] = told(stream);
  response.destroy();
  events.publish({ kind: 'job.changed', subject: { job: '2' }, data: null });
  const { stream: again } = await listen(t, '?kind=job.*', { 'last-event-id': id });
  t.match(told(again), [{ subject: { job: '2' } }]);
  const [{ id: second }] = told(again);
  const { stream: asked } = await listen(t, `?kind=job.*&after=${id}`);
  t.match(told(asked), [{ id: second }], 'nor without a header');
  const { stream: both } = await listen(t, `?kind=job.*&after=${id}`, { 'last-event-id': second });
  t.same(told(both), [], 'the header is the newer of two');
  const { stream: late } = await listen(t, '', { 'last-event-id': 'of long ago' });
  t.match(late.text, /^event: reset$/m, 'who was away too long is told to read again');
});

t.test(
  'who missed more than is let wait is told all of it, then what came meanwhile',
  async (t) => {
    const { stream, response } = await listen(t, '?kind=model.*');
    const publish = (model: number, data: string) =>
      events.publish({ kind: 'model.registered', subject: { model: String(model) }, data });
    publish(0, '');
    await until(() => told(stream).length === 1);
    response.destroy();
    const [{ id }] = told(stream);
    for (let model = 1; model <= 600; model++) publish(model, 'x'.repeat(4000));
    const { stream: again } = await listen(t, '?kind=model.*', { 'last-event-id': id });
    publish(601, '');
    await until(() => again.ended || told(again).length === 601);
    t.same(
      told(again).map(({ subject }) => Number(subject.model)),
      Array.from({ length: 601 }, (_, index) => index + 1),
    );
  },
);

t.test('detections are told once they are stored, to who asks for them', async (t) => {
  await store.commit([row(1)]);
  const { stream } = await listen(t, '?kind=detection.stored&device=pi-1');
  const { stream: others } = await listen(t, '');
  await store.commit([row(2), row(1, {}, { device: 'pi-2' })]);
  detections.stored();
  await until(() => told(stream).length === 1);
  t.match(told(stream), [
    { kind: 'detection.stored', subject: { device: 'pi-1' }, data: { seq: 2 } },
  ]);
  t.same(told(others), []);
});

t.test('detections that nobody was told are a gap to who comes back', async (t) => {
  const query = '?kind=detection.stored&device=pi-3';
  const commit = (seq: number) => store.commit([row(seq, {}, { device: 'pi-3' })]);
  const { stream, response } = await listen(t, query);
  await commit(1);
  detections.stored();
  await until(() => told(stream).length === 1);
  const [{ id }] = told(stream);
  response.destroy();
  const { stream: again, response: second } = await listen(t, query, { 'last-event-id': id });
  t.same(told(again), []);
  t.notMatch(again.text, /^event: reset$/m);
  second.destroy();
  await until(() => following === 0);
  await commit(2);
  detections.stored();
  const { stream: late } = await listen(t, query, { 'last-event-id': id });
  t.match(late.text, /^event: reset$/m);
  const { stream: others } = await listen(t, '?kind=job.*', { 'last-event-id': id });
  t.notMatch(others.text, /^event: reset$/m, 'none to who does not ask for detections');
});

t.test('without a token there is nothing to hear; the end of the API ends a stream', async (t) => {
  const { stream } = await listen(t, '', { authorization: 'Bearer elt_no' });
  t.equal(stream.status, 401);
  const { stream: open } = await listen(t, '');
  await app.close();
  await until(() => open.ended);
  t.match(open, { status: 200, ended: true });
});
