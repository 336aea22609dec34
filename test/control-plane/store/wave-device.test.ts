import { type DeviceId, epochMillis, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { framesOf } from '../../../control-plane/src/rollouts/gates/frames-of.ts';
import { waveDevice } from '../../../control-plane/src/store/read/wave-device.ts';
import { health, shadow } from '../stand/health.ts';

const [ACTIVE, CANDIDATE] = ['a', 'b'].map((digit) => digit.repeat(64)) as [string, string];

t.test('classes called as what all objects have are counted as any other', async (t) => {
  const words = shadow({ active: ACTIVE, candidate: CANDIDATE });
  const [[slot, told] = []] = Object.entries(words.slots);
  if (slot === undefined || told === undefined) return t.fail('a shadow has a slot');
  const names = ['constructor', '__proto__', 'good'];
  const byClass = Object.fromEntries(names.map((name) => [name, { compared: 3, agreed: 2 }]));
  const { shadow: agreement } = waveDevice(
    {
      device: 'pi-1' as DeviceId,
      side: 'wave',
      model: null,
      since: epochMillis(0),
      boots: 0,
      runs: 1,
      earlier: null,
      begun_health: null,
      begun_carried: null,
      begun_shadow: null,
      begun_shadow_carried: null,
      carried: null,
      shadow_carried: null,
      health: JSON.stringify(health()),
      shadow: JSON.stringify({ ...words, slots: { [slot]: { ...told, byClass } } }),
    },
    { slot, model: CANDIDATE },
  );
  t.strictSame(Object.entries(agreement?.byClass ?? {}), Object.entries(byClass));
});

t.test('what a head that was tuned on the device does is no model of the rollout', async (t) => {
  const words = shadow({ active: ACTIVE, candidate: CANDIDATE }, { compared: 10, agreed: 1 });
  const [told] = Object.values(words.slots);
  const head = 'c'.repeat(64) as Sha256;
  const look = (side: 'wave' | 'control', tuned: boolean) => {
    const [before, after] = [
      tuned ? `${ACTIVE}+${head}` : ACTIVE,
      tuned ? `${CANDIDATE}+${head}` : CANDIDATE,
    ];
    const slots = { main: { ...told, ...(tuned && { head }) } };
    return waveDevice(
      {
        device: 'pi-1' as DeviceId,
        side,
        model: ACTIVE,
        since: epochMillis(0),
        boots: 0,
        runs: 1,
        earlier: null,
        begun_carried: null,
        carried: null,
        begun_shadow: null,
        begun_shadow_carried: null,
        shadow_carried: null,
        begun_health: JSON.stringify(health({ models: { [before]: { good: 5 } } })),
        health: JSON.stringify(
          health({ up: 60, models: { [before]: { good: 9 }, [after]: { good: 7 } } }),
        ),
        shadow: JSON.stringify({ ...words, slots }),
      },
      { slot: 'main', model: CANDIDATE },
    );
  };
  const frames = (figures: ReturnType<typeof look>) =>
    [figures.before, figures.after].map(framesOf);
  t.same(
    [frames(look('wave', false)), frames(look('control', false))],
    [
      [5, 7],
      [5, 4],
    ],
  );
  t.same(
    [frames(look('wave', true)), frames(look('control', true))],
    [
      [0, 0],
      [0, 0],
    ],
  );
  t.equal(look('wave', false).shadow?.compared, 10);
  t.equal(look('wave', true).shadow, null);
});
