import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { epochMillis, type Sha256 } from '@edgeloop/protocol';
import t from 'tap';
import { Assignments } from '../../../agent/src/update/assignments.ts';
import { DEVICE, SignedFleet, SLOT } from '../../stand/fleet/signed-fleet.ts';

const OLDER = 'a'.repeat(64) as Sha256;
const NEWER = 'b'.repeat(64) as Sha256;

t.test(
  'what was taken is known over a restart; with a damaged file nothing is taken',
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'assignments-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const fleet = await SignedFleet.create(t);
    const begin = async () => {
      const assignments = new Assignments({
        folder,
        device: DEVICE,
        root: { keys: fleet.root },
        now: () => epochMillis(Date.now()),
      });
      await assignments.start();
      return (digest: Sha256, generation: number) =>
        assignments.judge(fleet.assign(digest, generation), SLOT, 'active');
    };
    t.match(await (await begin())(NEWER, 2), { kind: 'accepted' });
    const again = await begin();
    t.match(await again(NEWER, 2), { kind: 'known' });
    t.match(await again(OLDER, 1), { kind: 'refused', reason: { code: 'ASSIGNMENT_REFUSED' } });

    for (const damage of ['{"main":', '{"main":1}']) {
      writeFileSync(join(folder, 'assignments.json'), damage);
      const blind = await begin();
      for (const [digest, generation] of [
        [OLDER, 1],
        [NEWER, 3],
      ] as const) {
        t.match(await blind(digest, generation), {
          kind: 'refused',
          reason: { code: 'STATE_UNUSABLE', message: /assignments\.json/ },
        });
      }
    }
    const blind = await begin();
    rmSync(join(folder, 'assignments.json'));
    t.match(await blind(NEWER, 3), { kind: 'accepted' }, 'a person has removed it');
  },
);
