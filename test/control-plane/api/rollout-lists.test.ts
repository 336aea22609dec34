import t from 'tap';
import { openRolloutApi } from '../rollouts/stand/rollout-api.ts';
import { planOf } from '../rollouts/stand/running-fleet.ts';

const { ask, abortAll } = await openRolloutApi(t);
t.afterEach(abortAll);

const BY_HAND = planOf({ start: 'by hand' });

t.test('pages: devices by name, decisions by their order', async (t) => {
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  for (const order of ['start', 'pause', 'resume']) {
    await ask('operator', 'POST', `/api/rollouts/${rollout}/${order}`);
  }
  const read = async (of: 'devices' | 'decisions', key: string, order = '') => {
    const found: string[] = [];
    for (let cursor = ''; cursor !== null; ) {
      const path = `/api/rollouts/${rollout}/${of}?limit=1${order}${cursor && `&cursor=${cursor}`}`;
      const page = await ask('viewer', 'GET', path);
      found.push(...page[of].map((it: Record<string, string>) => it[key]));
      cursor = page.next;
    }
    return found;
  };
  t.same(await read('devices', 'device'), ['a', 'b', 'c', 'd']);
  const decided = ['create', 'begin', 'pause', 'resume'];
  t.same(await read('decisions', 'event'), decided);
  t.same(await read('decisions', 'event', '&order=newest'), decided.toReversed());
});

t.test('names of devices by wave and state', async (t) => {
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  await ask('operator', 'POST', `/api/rollouts/${rollout}/start`);
  const path = `/api/rollouts/${rollout}/device-states`;
  const all = await ask('viewer', 'GET', path);
  t.equal(all.more, false);
  t.same(
    all.waves.map(({ states }: { states: Record<string, string[]> }) => states.pending?.length),
    [1, 3],
  );
  const second = await ask('viewer', 'GET', `${path}?wave=1`);
  t.same(second.waves, all.waves.slice(1));
});

t.test('lists say what led a rollout where it is', async (t) => {
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  const decided = async () => {
    const { rollouts } = await ask('viewer', 'GET', '/api/rollouts?limit=1');
    return rollouts[0].decided;
  };
  t.match(await decided(), { event: 'create', by: 'token:a operator' });
  await ask('operator', 'POST', `/api/rollouts/${rollout}/start`);
  t.match(await decided(), { event: 'begin', reason: '4 devices in 2 waves.' });
  await ask('admin', 'POST', `/api/rollouts/${rollout}/pause`, { reason: 'Lunch.' });
  t.match(await decided(), { event: 'pause', by: 'token:a admin', reason: 'Lunch.' });
  t.match(await ask('viewer', 'GET', `/api/rollouts/${rollout}`), { decided: await decided() });
  const shortened = await ask('viewer', 'GET', `/api/rollouts?rollout=${rollout.slice(0, 9)}`);
  t.match(shortened, { rollouts: [{ rollout }], next: null });
  t.equal(shortened.rollouts.length, 1, 'one is found by how its id begins');
});

t.test('assignments of a device that nobody knows are not found', async (t) => {
  t.equal((await ask('viewer', 'GET', '/api/devices/nobody/assignments')).status, 404);
  t.match(await ask('viewer', 'GET', '/api/devices/a/assignments'), { assignments: [] });
});
