import {
  decodeMessage,
  encodeMessage,
  type MessageOf,
  parseId,
  timestamp,
} from '@edgeloop/protocol';
import t from 'tap';

const frame: MessageOf<'detections'> = {
  type: 'frame',
  stream: parseId('stream', '11111111-1111-4111-8111-111111111111'),
  seq: 7,
  bootId: parseId('boot', '22222222-2222-4222-8222-222222222222'),
  capturedAt: timestamp(1_700_000_000_123),
  replayed: false,
  slot: parseId('slot', 'main'),
  model: parseId('sha256', 'ab'.repeat(32)),
  label: 'scratch',
  score: 0.9,
  scores: { scratch: 0.9, good: 0.1 },
};

t.test('a message survives encoding and decoding', async (t) => {
  t.same(decodeMessage('detections', encodeMessage('detections', frame)), frame);
  t.equal(frame.capturedAt, '2023-11-14T22:13:20.123Z');
});

t.test('unknown fields are ignored, so that a newer device can say more', async (t) => {
  t.same(decodeMessage('detections', JSON.stringify({ ...frame, later: 1 })), {
    ...frame,
    later: 1,
  });
});

for (const [what, payload, message] of [
  ['no JSON', 'hello', /Expected JSON for a detections message, received "hello"/],
  ['a list', '[]', /received \[\]/],
  [
    'an unknown type',
    { ...frame, type: 'gone' },
    /expected one of "frame", "new", "update", "end" for type, received "gone"/,
  ],
  [
    'a missing field',
    { ...frame, seq: undefined },
    /expected a whole number at least 1 and at most 9007199254740991 for seq, received nothing/,
  ],
  [
    'a wrong number',
    { ...frame, seq: 0 },
    /expected a whole number at least 1 and at most 9007199254740991 for seq, received 0/,
  ],
  [
    'a score above 1',
    { ...frame, scores: { good: 1.5 } },
    /at most 1 for scores\.good, received 1\.5/,
  ],
  ['a number beyond all that are told apart', { ...frame, seq: 2 ** 53 }, /for seq, received 9007/],
  ...[
    '2026-13-45T00:00:00.000Z',
    '2026-00-01T00:00:00.000Z',
    '2026-01-32T00:00:00.000Z',
    '2026-01-01T24:00:00.001Z',
    '2026-01-01T00:60:00.000Z',
  ].map(
    (capturedAt) => [capturedAt, { ...frame, capturedAt }, /for capturedAt, received/] as const,
  ),
  ['an upper-case digest', { ...frame, model: 'AB'.repeat(32) }, /for model, received "ABAB/],
] as const) {
  t.test(`${what} is refused with the path, what was expected and what came`, async (t) => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    t.throws(() => decodeMessage('detections', text), {
      code: 'PROTOCOL_MESSAGE_INVALID',
      message,
    });
  });
}

t.test('bytes that are no UTF-8 are refused, not thrown over', async (t) => {
  t.throws(() => decodeMessage('status', new Uint8Array([0xff, 0xfe, 0])), {
    code: 'PROTOCOL_MESSAGE_INVALID',
  });
});
