import t, { type Test } from 'tap';
import { Problem } from '../../../control-plane/dashboard/src/api/problem.ts';
import { Outbox } from '../../../control-plane/dashboard/src/label/answers/outbox.ts';
import {
  type Answer,
  MOST_WAITING,
  type Say,
} from '../../../control-plane/dashboard/src/label/answers/outbox-state.ts';
import type { LabellingView } from '../../../control-plane/src/resources/label.ts';

const say = (sha256: string): Say => ({
  kind: 'say',
  key: `key of ${sha256}`,
  task: 'parts',
  sha256,
  said: { kind: 'none' },
});
const undo = (sha256: string): Answer => ({
  kind: 'undo',
  key: `undo ${sha256}`,
  task: 'parts',
  sha256,
});
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** An outbox whose network a test plays: each answer waits until it is decided. */
function open(_t: Test) {
  const asked: { answer: Answer; decide: (status: number) => Promise<void> }[] = [];
  const waits: number[] = [];
  let wake = () => {};
  const outbox = new Outbox({
    send: (answer) =>
      new Promise((resolve, reject) => {
        asked.push({
          answer,
          decide: async (status) => {
            if (status < 300) resolve({ sha256: answer.sha256 } as LabellingView);
            else reject(new Problem(status === 1000 ? 0 : status, 'CODE', 'Expected.'));
            await tick();
          },
        });
      }),
    wait: (millis) => {
      waits.push(millis);
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
  });
  const told: string[] = [];
  outbox.listen(({ key }, labelling, problem) =>
    told.push(`${key}: ${labelling ? 'taken' : problem?.status}`),
  );
  const last = () => asked.at(-1) as (typeof asked)[number];
  const wakeUp = async () => {
    wake();
    await tick();
  };
  return { outbox, asked, waits, told, last, wakeUp };
}
const NO_ANSWER = 1000;

t.test('one at a time, in order', async (t) => {
  const { outbox, asked, last, told } = open(t);
  for (const name of ['a', 'b', 'c']) outbox.say(say(name));
  t.equal(asked.length, 1);
  await last().decide(201);
  await last().decide(201);
  await last().decide(201);
  t.same(
    asked.map(({ answer }) => answer.sha256),
    ['a', 'b', 'c'],
  );
  t.same(told, ['key of a: taken', 'key of b: taken', 'key of c: taken']);
  t.match(outbox.state.value, { waiting: [], sending: false });
  outbox.say(say('d'));
  t.equal(asked.length, 4, 'it goes on');
});

t.test('what may work later is tried again, with the same key, ever slower', async (t) => {
  const { outbox, asked, waits, last, wakeUp } = open(t);
  outbox.say(say('a'));
  for (const status of [NO_ANSWER, 401, 409, 429, 500, 503]) {
    await last().decide(status);
    t.ok(outbox.trouble.value, `${status}`);
    await wakeUp();
  }
  t.same(waits, [500, 1000, 2000, 4000, 8000, 15_000]);
  await last().decide(201);
  t.equal(outbox.trouble.value, null);
  t.equal(new Set(asked.map(({ answer }) => answer.key)).size, 1);
});

t.test('who is in a hurry does not wait', async (t) => {
  const { outbox, asked, last } = open(t);
  outbox.say(say('a'));
  await last().decide(NO_ANSWER);
  outbox.hurry();
  await tick();
  t.equal(asked.length, 2);
});

t.test('what is refused keeps the others from nothing, and nothing is lost', async (t) => {
  const { outbox, last, told } = open(t);
  outbox.say(say('a'));
  outbox.say(say('b'));
  await last().decide(422);
  t.match(outbox.state.value.refused, [{ answer: { sha256: 'a' }, problem: { status: 422 } }]);
  await last().decide(201);
  t.same(told, ['key of a: 422', 'key of b: taken']);
  outbox.sendRefusedAgain();
  await last().decide(201);
  t.match(outbox.state.value, { waiting: [], refused: [] });
  t.equal(told.at(-1), 'key of a: taken');
});

t.test('an undo that meets nothing is given up', async (t) => {
  const { outbox, asked, last, told, wakeUp } = open(t);
  outbox.undo(undo('a') as never);
  for (let i = 0; i < 3; i++) {
    await last().decide(409);
    await wakeUp();
  }
  t.equal(asked.length, 3);
  t.same(told, ['undo a: 409']);
  t.same(outbox.state.value.waiting, []);
});

t.test('beyond its bound nothing is taken, and it says so', async (t) => {
  const { outbox, last } = open(t);
  for (let i = 0; i < MOST_WAITING; i++) t.ok(outbox.say(say(String(i))));
  t.notOk(outbox.say(say('more')));
  await last().decide(201);
  t.ok(outbox.say(say('more')));
});
