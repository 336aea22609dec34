import t from 'tap';
import { UpdateError } from '../../../agent/src/update/update-error.ts';
import { Updates } from '../../../agent/src/update/updates.ts';
import { SignedFleet, SLOT } from '../../stand/fleet/signed-fleet.ts';
import { until } from '../../stand/until.ts';

const quiet = () => {};
const log = { info: quiet, warn: quiet, error: quiet } as never;
const reason = { code: 'ROOT_MISSING', message: 'none' };

t.test(
  'without a root each assignment is refused, and looked at again once there is one',
  async (t) => {
    const fleet = await SignedFleet.create(t);
    const active = fleet.assign('a'.repeat(64) as never, 1);
    let tries = 0;
    const given: string[] = [];
    const updates = new Updates({
      slots: new Map([
        [
          SLOT,
          {
            knows: () => false,
            give: async ({ kind }: { kind: string }) => given.push(kind),
            pause: quiet,
          } as never,
        ],
      ]),
      shadows: { receive: quiet },
      root: {
        version: null,
        catchUp: async () => {
          tries += 1;
          if (tries === 1) throw new UpdateError('ROOT_MISSING', 'not read', { retry: true });
          if (tries === 3) throw new UpdateError('ROOT_MISSING', 'none', { retry: false });
        },
      },
      assignments: {
        judge: async () =>
          tries === 2
            ? { kind: 'accepted', assignment: active.signed, taken: {} }
            : { kind: 'refused', reason },
      },
      random: () => 0,
      log,
    });
    t.teardown(() => updates.close());
    updates.start();
    updates.receive({ root: 1, slots: { [SLOT]: { active } } });
    await until(() => given.length === 2);
    t.same(given, ['rejected', 'assigned']);
    updates.consider();
    await until(() => given.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    t.same([given.at(-1), tries], ['rejected', 3], 'where there is none, nothing is asked again');
  },
);
