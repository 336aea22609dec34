import { epochMillis, millis, type RootKeys, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { AssignedModel } from '../../../../agent/src/simulate/update/assigned-model.ts';
import { scriptedFetch } from '../../../../agent/src/simulate/update/simulated-ports.ts';
import { DEVICE, SignedFleet, SLOT } from '../../../stand/fleet/signed-fleet.ts';
import { until } from '../../../stand/until.ts';

const [BEFORE, MODEL] = ['0', 'a'].map((digit) => digit.repeat(64)) as [Sha256, Sha256];
const quiet = () => {};

t.test('an assignment that did not count is taken when it does', async (t) => {
  const fleet = await SignedFleet.create(t);
  let root: RootKeys | null = null;
  const model = new AssignedModel({
    device: DEVICE,
    slot: SLOT,
    as: 'active',
    fallback: BEFORE,
    root: () => root,
    clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
    elapsed: () => millis(0),
    random: () => 0,
    onReport: quiet,
    probation: millis(1),
    effects: () => ({ failsDownload: null, failsSelfTest: null }),
    fetch: scriptedFetch,
    log: { info: quiet, warn: quiet, error: quiet } as never,
  });
  await model.boot();
  t.teardown(() => model.end());
  const signed = fleet.assign(MODEL, 1);
  await model.receive(signed);
  t.match(model.report, { state: 'refused', reason: { code: 'ROOT_MISSING' } });
  root = fleet.root;
  await model.receive(signed);
  await until(() => model.report?.state === 'committed');
  t.equal(model.runs, MODEL);
});
