import { type DeviceId, epochMillis } from '@edgeloop/protocol';
import t from 'tap';
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
      ...{ device: 'pi-1' as DeviceId, side: 'wave', model: null, since: epochMillis(0) },
      ...{ boots: 0, runs: 1, earlier: null, begun_health: null, begun_carried: null },
      ...{ begun_shadow: null, begun_shadow_carried: null, carried: null, shadow_carried: null },
      health: JSON.stringify(health()),
      shadow: JSON.stringify({ ...words, slots: { [slot]: { ...told, byClass } } }),
    },
    { slot, model: CANDIDATE },
  );
  t.strictSame(Object.entries(agreement?.byClass ?? {}), Object.entries(byClass));
});
