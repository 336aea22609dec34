import type { CameraId, CameraState } from '@edgeloop/protocol';
import t from 'tap';
import { StatePublisher } from '../../../agent/src/mqtt/state-publisher.ts';

const camera = 'cam0' as CameraId;
const state = (label: string) => ({ label }) as unknown as CameraState;
const turn = () => new Promise((resolve) => setImmediate(resolve));

t.test('the newest state alone waits for the one on its way', async (t) => {
  const sent: unknown[] = [];
  let settle = () => {};
  const publisher = new StatePublisher<CameraState>((_, { label }) => {
    sent.push(label);
    return new Promise((resolve) => {
      settle = resolve;
    });
  });
  publisher.connected();
  for (const label of ['a', 'b', 'c']) publisher.set(camera, state(label));
  t.same(sent, ['a']);
  settle();
  await turn();
  t.same(sent, ['a', 'c']);
});

t.test(
  'a state that can not be sent is tried again at the next connection, not at once',
  async (t) => {
    const sent: unknown[] = [];
    let failing = true;
    const publisher = new StatePublisher<CameraState>((_, { label }) => {
      // It ends the test, where the event loop would be starved for ever.
      if (sent.push(label) > 10) failing = false;
      return failing ? Promise.reject(new Error('no connection')) : Promise.resolve();
    });
    publisher.connected();
    publisher.set(camera, state('a'));
    await turn();
    t.same(sent, ['a'], 'once, though nobody said that the connection was lost');
    failing = false;
    publisher.disconnected();
    publisher.connected();
    await turn();
    t.same(sent, ['a', 'a']);
  },
);
