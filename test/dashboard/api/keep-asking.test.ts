import t from 'tap';
import { keepAsking } from '../../../control-plane/dashboard/src/api/keep-asking.ts';
import { onceSeen } from '../../../control-plane/dashboard/src/api/once-seen.ts';
import { Problem } from '../../../control-plane/dashboard/src/api/problem.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** What asks, before a server that a test plays; time passes when the test says so. */
function open(first?: number) {
  const answers: (number | string)[] = [];
  const told: (number | string)[] = [];
  const waits: number[] = [];
  let due: (() => void) | null = null;
  let asked = 0;
  const end = keepAsking(
    {
      ask: async () => {
        asked += 1;
        const answer = answers.shift() ?? 0;
        if (typeof answer === 'number') throw new Problem(answer, 'CODE', 'Expected.');
        return answer;
      },
      onAnswer: (answer) => told.push(answer),
      onProblem: ({ status }) => told.push(status),
    },
    {
      ...(first !== undefined && { first }),
      later: (run, millis) => {
        waits.push(millis);
        due = run;
        return () => {
          due = null;
        };
      },
    },
  );
  const pass = async () => {
    const run = due;
    due = null;
    run?.();
    await tick();
  };
  return { answers, told, waits, pass, end, asked: () => asked };
}

t.test('where no answer came, or the server is not well, it is asked again', async (t) => {
  const { answers, told, waits, pass, asked } = open(300);
  answers.push(0, 503, 'who would be hit');
  t.equal(asked(), 0, 'not before its time');
  for (let i = 0; i < 5; i++) await pass();
  t.same(told, [0, 503, 'who would be hit']);
  t.same(waits, [300, 5_000, 5_000]);
  t.equal(asked(), 3, 'and not once it was answered');
});

for (const status of [400, 403, 404, 422]) {
  t.test(`of a refusal (${status}) asking again changes nothing`, async (t) => {
    const { answers, told, pass, asked } = open();
    answers.push(status, 'never');
    for (let i = 0; i < 3; i++) await pass();
    t.same(told, [status]);
    t.equal(asked(), 1);
  });
}

t.test('after its end nothing is asked and nothing is told', async (t) => {
  const waiting = open();
  waiting.answers.push(0, 'never');
  await waiting.pass();
  waiting.end();
  await waiting.pass();
  t.same(waiting.told, [0]);
  const underWay = open();
  underWay.answers.push('too late');
  const passed = underWay.pass();
  underWay.end();
  await passed;
  t.same(underWay.told, []);
});

t.test('what is due while nobody sees the page waits until somebody does', async (t) => {
  const page = Object.assign(new EventTarget(), { hidden: true });
  t.intercept(globalThis, 'document', { value: page });
  const see = (seen: boolean) => {
    page.hidden = !seen;
    page.dispatchEvent(new Event('visibilitychange'));
  };
  const due = () => new Promise((resolve) => setTimeout(resolve, 1));
  let times = 0;
  const count = () => {
    times += 1;
  };

  onceSeen(count, 0);
  await due();
  see(false);
  t.equal(times, 0);
  see(true);
  t.equal(times, 1, 'at once, when it is seen');
  see(true);
  t.equal(times, 1, 'and once');

  onceSeen(count, 0);
  await due();
  t.equal(times, 2, 'on a page that is seen, when it is due');

  const givesUp = onceSeen(count, 0);
  givesUp();
  await due();
  see(false);
  const givesUpLate = onceSeen(count, 0);
  await due();
  givesUpLate();
  see(true);
  t.equal(times, 2, 'what was given up never comes');
});
