import { epochMillis, millis, seconds } from '@edgeloop/protocol';
import t from 'tap';
import { beliefLimit } from '../../../control-plane/src/trusted-time/belief-limit.ts';
import { judgeTime, type TimeNote } from '../../../control-plane/src/trusted-time/judge-time.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const T = Date.UTC(2026, 10, 27, 12);
const LIMIT = millis(3 * DAY);
const NOTED: TimeNote = {
  at: epochMillis(T),
  boot: 'one',
  uptime: seconds(1000),
  credited: millis(0),
};
/** A minute later in the same life of the machine, or first thing in another. */
const later = (wall: number) => ({
  wall: epochMillis(wall),
  boot: 'one',
  uptime: millis(NOTED.uptime + MINUTE),
});
const another = (wall: number) => ({ wall: epochMillis(wall), boot: 'two', uptime: seconds(20) });

for (const [what, reading, passed, ahead, isDoubtful] of [
  ['a minute passes', later(T + MINUTE), MINUTE, 0, false],
  ['the clock leaps to 2038', later(2 ** 31 * 1000), MINUTE, 2 ** 31 * 1000 - T - MINUTE, true],
  ['the clock leaps to 1970', later(0), MINUTE, -T - MINUTE, true],
  ['the clock is set forward by an hour', later(T + MINUTE + HOUR), MINUTE + HOUR, 0, false],
  ['the clock is set back by an hour', later(T + MINUTE - HOUR), MINUTE, -HOUR, false],
  ['by more than is believed', later(T + MINUTE + 3 * DAY + 1), MINUTE, 3 * DAY + 1, true],
  ['a reboot', another(T + 2 * MINUTE), 2 * MINUTE, 0, false],
  ['a weekend without power', another(T + 2.5 * DAY), 2.5 * DAY, 0, false],
  ['half a year without power', another(T + 183 * DAY), 0, 183 * DAY, true],
  ['a start with a clock of 2038', another(2 ** 31 * 1000), 0, 2 ** 31 * 1000 - T, true],
  ['a start without a clock battery', another(T - 40 * DAY), 0, -40 * DAY, true],
] as const) {
  t.test(what, async (t) => {
    const judged = judgeTime(NOTED, reading, LIMIT);
    t.equal(judged.note.at - T, passed, 'so much has surely passed');
    t.equal(judged.ahead, ahead);
    t.equal(judged.isDoubtful, isDoubtful);
  });
}

t.test(
  'a clock that leaps to and fro, or creeps, is believed for the limit and no more',
  async (t) => {
    let note = NOTED;
    for (let n = 1; n <= 200; n++) {
      const reading = {
        ...later(T + n * (HOUR + MINUTE)),
        uptime: millis(NOTED.uptime + n * MINUTE),
      };
      note = judgeTime(note, reading, LIMIT).note;
      const back = { ...reading, wall: epochMillis(T + n * MINUTE) };
      note = judgeTime(note, back, LIMIT).note;
    }
    const invented = note.at - T - 200 * MINUTE;
    t.ok(invented <= LIMIT, `${invented / HOUR} h`);
    t.equal(invented, note.credited);
  },
);

t.test('a clock that is wrong for a while leaves nothing behind', async (t) => {
  const wrong = judgeTime(NOTED, later(2 ** 31 * 1000), LIMIT);
  const right = judgeTime(
    wrong.note,
    { ...later(T + HOUR), uptime: millis(NOTED.uptime + HOUR) },
    LIMIT,
  );
  t.match(right, { ahead: 0, isDoubtful: false, note: { at: T + HOUR } });
});

t.test('an uptime that went back is of another machine', async (t) => {
  const reading = { ...later(T + MINUTE), uptime: seconds(3) };
  t.equal(judgeTime(NOTED, reading, LIMIT).note.credited, MINUTE, 'the clock alone says it');
});

t.test('what is believed is a tenth of the shortest age, a week at most', async (t) => {
  const none = {
    detectionAge: null,
    databaseBytes: null,
    sampleAge: null,
    sampleBytes: null,
    pictureAge: null,
    pictureBytes: null,
  };
  t.equal(beliefLimit(none), 7 * DAY);
  t.equal(beliefLimit({ ...none, pictureAge: millis(30 * DAY) }), 3 * DAY);
  t.equal(beliefLimit({ ...none, pictureAge: millis(30 * DAY), sampleAge: millis(DAY) }), DAY / 10);
  t.equal(beliefLimit({ ...none, detectionAge: millis(3650 * DAY) }), 7 * DAY);
});
