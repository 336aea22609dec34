import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import t from 'tap';
import { PacketGuard } from '../../../../control-plane/src/broker/guard/packet-guard.ts';
import { PACKET_LIMITS } from '../../../../control-plane/src/broker/guard/packet-limits.ts';

const CONNECT = [
  Buffer.of(0x10, 15, 0, 4),
  Buffer.from('MQTT'),
  Buffer.of(4, 2, 0, 0, 0, 3),
  Buffer.from('raw'),
];

t.test('who reads once has all pieces that have come, and hears of the end', async (t) => {
  const stream = new PassThrough();
  const arrival = { stream, address: '127.0.0.1', certificate: null, own: false };
  const guard = new PacketGuard(arrival, PACKET_LIMITS, () => t.fail('it is refused'));
  const readable = once(guard, 'readable');
  for (const piece of CONNECT) stream.emit('data', piece);
  await readable;
  // As aedes asks.
  t.same(guard.read(null), Buffer.concat(CONNECT));
  t.equal(guard.read(), null);
  const ended = once(guard, 'end');
  guard.on('readable', () => guard.read(null));
  stream.end(Buffer.of(0xe0, 0));
  await ended;
});
