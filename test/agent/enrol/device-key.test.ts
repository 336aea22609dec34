import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { DeviceKey } from '../../../agent/src/enrol/device-key.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

t.test(
  'a key that a server is told of stays when the power goes then',
  { skip: noPowerCut },
  async (t) => {
    const above = t.testdir({});
    const state = join(above, 'lib', 'agent');
    let told = '';
    const create = async () => {
      told = (await DeviceKey.create(state)).publicKey;
    };
    t.same(await lostByPowerCut(above, create), [], 'also where its state is new');
    t.equal((await DeviceKey.load(state))?.publicKey, told);
    t.same(readdirSync(state), ['device-key.pem']);
    t.equal(statSync(join(state, 'device-key.pem')).mode & 0o777, 0o600);
  },
);
