import { type CameraId, millis, type ServedModel } from '@edgeloop/protocol';
import t from 'tap';
import { countersOf, countInference, newCounters } from '../../../agent/src/health/counters.ts';
import { figuresBetween, readCounters } from '../../../agent/src/health/lately.ts';

const [cam0, cam1] = ['cam0', 'cam1'] as CameraId[] as [CameraId, CameraId];
const [a, b] = ['a', 'b'] as ServedModel[] as [ServedModel, ServedModel];

function classify(
  counters: ReturnType<typeof newCounters>,
  camera: CameraId,
  model: ServedModel,
  ms: number,
) {
  counters.cameras.get(camera)!.classified += 1;
  countInference(countersOf(counters, model), ms, 'good', 1);
}

t.test('figures are of what came since the reading before', async (t) => {
  const counters = newCounters([cam0, cam1]);
  const begun = readCounters(counters, millis(0));
  classify(counters, cam0, a, 10);
  classify(counters, cam0, a, 20);
  const first = readCounters(counters, millis(4000));
  t.same(
    figuresBetween(begun, first, (camera) => (camera === cam0 ? a : b)),
    {
      cam0: { framesPerSecond: 0.5, inferenceMillis: 15 },
      cam1: { framesPerSecond: 0 },
    },
  );
  classify(counters, cam0, b, 40);
  const second = readCounters(counters, millis(5000));
  t.same(
    figuresBetween(first, second, () => b),
    {
      cam0: { framesPerSecond: 1, inferenceMillis: 40 },
      cam1: { framesPerSecond: 0, inferenceMillis: 40 },
    },
    'a new model, which both look through',
  );
  t.same(figuresBetween(second, second, () => b).cam0, { framesPerSecond: 0 }, 'no time passed');
});
