import t from 'tap';
import { TrainerMetrics } from '../../../trainer/src/metrics/trainer-metrics.ts';

t.test('the share of a training that is done is that of its steps over all epochs', async (t) => {
  const metrics = new TrainerMetrics();
  const end = metrics.begin();
  const text = async () => await metrics.registry.metrics();
  // As a training tells it: ten epochs of four steps, the first of the second epoch.
  metrics.event({
    kind: 'step',
    epoch: 2,
    epochs: 10,
    step: 5,
    steps: 40,
    loss: 1,
    accuracy: 0.5,
    learningRate: 0.1,
    imagesPerSecond: 20,
    waitingShare: 0,
    secondsLeft: 70,
  });
  t.match(await text(), /^edgeloop_trainer_progress_ratio 0\.125$/m);
  end('succeeded');
  t.match(await text(), /^edgeloop_trainer_progress_ratio 0$/m);
});
