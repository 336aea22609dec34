import { JobProgress, TrainedEpoch } from '@edgeloop/protocol';
import t from 'tap';
import { Check } from 'typebox/value';
import type { FitEvent } from '../../../trainer/src/fit/progress.ts';
import {
  type JobReport,
  NOTHING_TOLD,
  withEvent,
  withLine,
  withPhase,
} from '../../../trainer/src/jobs/job-reports.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const tell = (...events: FitEvent[]) =>
  events.reduce<JobReport>((report, event) => withEvent(report, event, NOW), NOTHING_TOLD);

const step: FitEvent = {
  kind: 'step',
  epoch: 2,
  epochs: 9,
  step: 3,
  steps: 7,
  loss: 0.5,
  accuracy: 0.75,
  learningRate: 0.01,
  imagesPerSecond: 31,
  waitingShare: 0,
  secondsLeft: 12,
};
const epoch: FitEvent = {
  kind: 'epoch',
  epoch: 2,
  epochs: 9,
  loss: 0.5,
  accuracy: 0.75,
  learningRate: 0.01,
  validationAccuracy: 0.5,
  validationLoss: 0.7,
};

t.test('steps are progress, epochs points of the curve and lines of the log', (t) => {
  const report = tell({ kind: 'reading', folder: '/x' }, step, epoch);
  t.match(report.progress, { phase: 'Training', epoch: 2, step: 3, steps: 7, secondsLeft: 12 });
  t.ok(Check(JobProgress, report.progress));
  t.equal(report.epochs.length, 1);
  t.ok(Check(TrainedEpoch, report.epochs[0]));
  t.same(
    report.log.map(({ text }) => text),
    ['Reading pictures', 'Epoch 2/9: loss 0.500, accuracy 75.0 %, validation 50.0 %, loss 0.700'],
    'the folder is this machine’s affair',
  );
  t.end();
});

t.test('what no JSON has becomes null, and long lines are cut', (t) => {
  const report = tell({ ...step, loss: Number.NaN, secondsLeft: Number.POSITIVE_INFINITY });
  t.match(report.progress, { loss: null, secondsLeft: null });
  t.ok(Check(JobProgress, report.progress));
  t.equal(withLine(report, 'x'.repeat(5000), NOW).log[0]?.text.length, 1000);
  t.ok(Check(JobProgress, withPhase(report, 'x'.repeat(5000), NOW).progress));
  t.end();
});

t.test('while nobody can be told, the newest 2000 lines wait', (t) => {
  let report = NOTHING_TOLD;
  for (let i = 0; i < 2100; i++) report = withLine(report, `${i}`, NOW);
  t.same([report.log.length, report.log[0]?.text], [2000, '100']);
  t.end();
});

t.test('an epoch at infinity is a line of the log, and no point of the curve', async (t) => {
  const report = tell({ ...epoch, validationLoss: Number.POSITIVE_INFINITY });
  t.same(report.epochs, []);
  t.match(report.log, [{ text: /Epoch 2\/9.*loss Infinity/ }]);
});
