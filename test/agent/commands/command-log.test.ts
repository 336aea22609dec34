import { type Ack, type Command, epochMillis, parseId, timestamp } from '@edgeloop/protocol';
import t from 'tap';
import {
  answer,
  type CommandLog,
  EMPTY_LOG,
  receive,
  unanswered,
} from '../../../agent/src/commands/command-log.ts';

const NOW = epochMillis(Date.UTC(2026, 10, 24));
const HOUR = 3_600_000;
const SNAPSHOT = parseId('command', 'snapshot');
const id = (number: number) =>
  parseId('commandId', `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);
const command = (number: number, life = HOUR): Command => ({
  id: id(number),
  expires: timestamp(NOW + life),
});
const ack: Ack = { id: id(1), command: SNAPSHOT, outcome: 'done', at: timestamp(NOW) };

function take(log: CommandLog, taken: Command, now = NOW): CommandLog {
  const reception = receive(log, SNAPSHOT, taken, now);
  if (reception.kind !== 'do') throw new Error(`expected do, received ${reception.kind}`);
  return reception.log;
}

t.test('a command is done once: then it waits, then it is repeated', async (t) => {
  const log = take(EMPTY_LOG, command(1));
  t.same(receive(log, SNAPSHOT, command(1), NOW), { kind: 'wait' });
  t.same(unanswered(log), log.commands);
  const answered = answer(log, ack);
  t.same(receive(answered, SNAPSHOT, command(1), NOW), { kind: 'repeat', ack });
  t.same(unanswered(answered), []);
  t.same(receive(answered, SNAPSHOT, command(2), NOW).kind, 'do');
});

t.test('it is repeated after its expiry as well, for an hour', async (t) => {
  const log = answer(take(EMPTY_LOG, command(1)), ack);
  const later = epochMillis(NOW + 2 * HOUR - 1);
  const kept = take(log, command(2, 3 * HOUR), later);
  t.same(receive(kept, SNAPSHOT, command(1), later), { kind: 'repeat', ack });
  const forgotten = take(kept, command(3, 3 * HOUR), epochMillis(NOW + 2 * HOUR));
  t.equal(forgotten.commands.length, 2);
  t.match(receive(forgotten, SNAPSHOT, command(1), later), { outcome: 'expired' });
});

for (const [what, expires, expected] of [
  ['that has expired', timestamp(NOW), { kind: 'decline', outcome: 'expired' }],
  ['that is about to expire', timestamp(NOW + 1), { kind: 'do' }],
  ['with a date that is none', '2026-99-99T00:00:00.000Z', { outcome: 'expired' }],
  ['that lives a day', timestamp(NOW + 24 * HOUR), { kind: 'do' }],
  [
    'that lives longer',
    timestamp(NOW + 24 * HOUR + 1),
    { outcome: 'refused', reason: /within a day.*clock/ },
  ],
] as const) {
  t.test(`a command ${what}`, async (t) => {
    const given = { id: id(1), expires: expires as Command['expires'] };
    t.match(receive(EMPTY_LOG, SNAPSHOT, given, NOW), expected);
  });
}

t.test('the log has a bound, until some expire', async (t) => {
  let log = EMPTY_LOG;
  for (let i = 1; i <= 256; i++) log = take(log, command(i));
  t.match(receive(log, SNAPSHOT, command(257), NOW), {
    outcome: 'refused',
    reason: /at most 256/,
  });
  const later = epochMillis(NOW + 2 * HOUR);
  t.equal(receive(log, SNAPSHOT, command(257, 3 * HOUR), later).kind, 'do');
});
