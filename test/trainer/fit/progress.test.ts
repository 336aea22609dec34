import t from 'tap';
import { type FitEvent, progressReport } from '../../../trainer/src/fit/progress.ts';

const step = (number: number): FitEvent => ({
  kind: 'step',
  epoch: 1,
  epochs: 6,
  step: number,
  steps: 40,
  loss: 1,
  accuracy: 0.5,
  learningRate: 0.1,
  imagesPerSecond: 20,
  waitingShare: 0,
  secondsLeft: 30,
});

t.test('where lines are not written over, one comes after five seconds without', async (t) => {
  let [time, said] = [5_000, ''];
  const { show: report } = progressReport({ write: (text) => (said += text) }, () => time);
  report({ kind: 'phase', text: 'Training on the CPU' });
  for (let number = 1; number <= 12; number++) {
    time += 1_000;
    report(step(number));
  }
  const lines = said.trim().split('\n');
  t.match(lines, [/^Training on the CPU$/, /epoch 1\/6/, /epoch 1\/6/]);
  t.equal(lines.length, 3, 'at 5 and 10 s, not at each step');
});

t.test('a terminal shows each step in one line', async (t) => {
  let said = '';
  const screen = { write: (text: string) => (said += text), isTTY: true, columns: 80 };
  const { show: report } = progressReport(screen, () => 0);
  for (const number of [1, 2]) report(step(number));
  t.equal(said.split('\r').length, 3);
  t.notMatch(said, /\n/);
});

t.test('a long phase says that it is still at it, every ten seconds', async (t) => {
  let [time, said] = [0, ''];
  const { show, tick } = progressReport({ write: (text) => (said += text) }, () => time);
  const pass = (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      time += 1_000;
      tick();
    }
  };
  pass(30);
  show({ kind: 'phase', text: 'Quantizing to INT8' });
  pass(25);
  show(step(1));
  pass(30);
  t.same(said.trim().split('\n').slice(0, 3), [
    'Quantizing to INT8',
    'Quantizing to INT8: 10 s so far',
    'Quantizing to INT8: 20 s so far',
  ]);
  t.equal(said.trim().split('\n').length, 4, 'then the step, and steps tell for themselves');
});
