import t from 'tap';
import { NEW, NEWER } from '../rollouts/stand/models.ts';
import { openRolloutApi } from '../rollouts/stand/rollout-api.ts';
import { planOf } from '../rollouts/stand/running-fleet.ts';
import { bearer } from '../stand/test-api.ts';

const { ask, askAs, abortAll, events, people, tokens } = await openRolloutApi(t);
t.afterEach(abortAll);

const BY_HAND = planOf({ start: 'by hand' });

t.test('a plan is completed, and told as it was', async (t) => {
  const { waves, cargo } = BY_HAND;
  const made = await ask('operator', 'POST', '/api/rollouts', {
    cargo,
    start: 'by hand',
    waves: [{ size: { count: 1 } }, ...waves.slice(1)],
  });
  t.equal(made.status, 201);
  t.match(made, {
    state: 'scheduled',
    wave: 0,
    waves: 2,
    startAt: null,
    lane: 'model/main',
    cargo: NEW,
    plan: { offline: 'wait', atOnce: null, window: null, shadow: null, champion: true },
    createdBy: 'token:a operator',
  });
  t.ok(made.plan.waves[0].gates.length > 3, 'gates where none are given');
  t.same(await ask('viewer', 'GET', `/api/rollouts/${made.rollout}`), {
    ...made,
    status: 200,
    etag: (await ask('viewer', 'GET', `/api/rollouts/${made.rollout}`)).etag,
  });
  const { rollouts } = await ask('viewer', 'GET', '/api/rollouts?state=scheduled');
  t.same(
    rollouts.map((it: { rollout: string }) => it.rollout),
    [made.rollout],
  );
});

const WRONG: readonly [string, object, RegExp][] = [
  ['an unknown key', { color: 'red' }, /color/],
  ['no wave', { waves: [] }, /waves/],
  ['a wave without gates', { waves: [{ size: { count: 1 }, gates: [] }] }, /gates/],
  [
    'percentages that fall',
    { waves: [{ size: { percent: 50 } }, { size: { percent: 10 } }] },
    /rise/,
  ],
  ['a window of no length', { window: { from: '01:00', to: '01:00', timezone: 'UTC' } }, /length/],
  ['a time zone that is none', { window: { from: '01:00', to: '02:00', timezone: 'x' } }, /IANA/],
  [
    'a version of a configuration that is not there',
    { cargo: { kind: 'configuration', version: 1 } },
    /configuration/,
  ],
  ['a model of another task', { cargo: { ...BY_HAND.cargo, task: 'other' } }, /task/],
  ['a model that is not there', { cargo: { ...BY_HAND.cargo, model: 'd'.repeat(64) } }, /d{64}/],
];

t.test('what can not be meant is refused', async (t) => {
  for (const [name, wrong, detail] of WRONG) {
    const answer = await ask('operator', 'POST', '/api/rollouts', { ...BY_HAND, ...wrong });
    t.ok(answer.status >= 400 && answer.status < 500, `${name}: ${answer.status}`);
    t.match(answer.detail, detail, name);
  }
  const { rollouts } = await ask('viewer', 'GET', '/api/rollouts?state=scheduled');
  t.same(rollouts, []);
});

t.test('a viewer looks, and moves nothing', async (t) => {
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  const orders = ['approve', 'start', 'pause', 'resume', 'retry', 'promote', 'abort', 'roll-back'];
  for (const path of ['', '/preview', ...orders.map((order) => `/${rollout}/${order}`)]) {
    t.equal((await ask('viewer', 'POST', `/api/rollouts${path}`, {})).status, 403, path);
  }
  const looks = ['devices', 'decisions', 'gates', 'orders', 'device-states'];
  for (const path of ['', `/${rollout}`, ...looks.map((of) => `/${rollout}/${of}`)]) {
    t.equal((await ask('viewer', 'GET', `/api/rollouts${path}`)).status, 200, path);
  }
});

t.test('the second person approves, not the first', async (t) => {
  const asked = { ...BY_HAND, approval: true };
  const { rollout, state } = await ask('operator', 'POST', '/api/rollouts', asked);
  t.equal(state, 'awaiting-approval');
  const path = `/api/rollouts/${rollout}`;
  t.match(await ask('operator', 'POST', `${path}/start`), {
    status: 409,
    code: 'ROLLOUT_ELSEWHERE',
  });
  t.match(await ask('operator', 'POST', `${path}/approve`), { status: 403, code: 'FORBIDDEN' });
  t.match(await ask('admin', 'POST', `${path}/approve`, { reason: 'Looked at it.' }), {
    status: 200,
    state: 'scheduled',
    approvedBy: 'token:a admin',
  });
  const { decisions } = await ask('viewer', 'GET', `${path}/decisions`);
  t.match(decisions.at(-1), { event: 'approve', by: 'token:a admin', reason: 'Looked at it.' });
  t.match(await ask('operator', 'POST', `${path}/start`), { status: 200, state: 'rolling' });
});

t.test('nobody approves their own with another token of theirs', async (t) => {
  await people.create({ name: 'anna', role: 'operator' }, 'a test');
  const made = await ask('admin', 'POST', '/api/tokens', { name: 'spare', role: 'operator' });
  const token = async (name: string) =>
    `Bearer ${(await tokens.create({ name, role: 'operator' }, 'person:anna', 'anna')).secret}`;
  const hands = askAs({
    admin: await bearer(tokens, 'admin'),
    spare: `Bearer ${made.secret}`,
    desk: await token('desk of anna'),
    laptop: await token('laptop of anna'),
  });
  const asked = { ...BY_HAND, approval: true };
  for (const [maker, approver] of [
    ['admin', 'spare'],
    ['spare', 'admin'],
    ['desk', 'laptop'],
  ] as const) {
    const { rollout, createdBy } = await hands(maker, 'POST', '/api/rollouts', asked);
    const path = `/api/rollouts/${rollout}/approve`;
    t.match(await hands(approver, 'POST', path), { status: 403, code: 'FORBIDDEN' }, approver);
    if (maker === 'desk') t.equal(createdBy, 'person:anna');
  }
  const { rollout } = await hands('desk', 'POST', '/api/rollouts', asked);
  t.match(await hands('spare', 'POST', `/api/rollouts/${rollout}/approve`), { status: 200 });
});

t.test('If-Match: an order for a rollout that has changed is refused', async (t) => {
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  const path = `/api/rollouts/${rollout}`;
  const { etag } = await ask('viewer', 'GET', path);
  const match = { 'if-match': etag };
  t.match(await ask('operator', 'POST', `${path}/start`, {}, match), { state: 'rolling' });
  t.match(await ask('operator', 'POST', `${path}/pause`, {}, match), {
    code: 'PRECONDITION_FAILED',
  });
  t.match(await ask('viewer', 'GET', path), { state: 'rolling' });
});

t.test('two over one device: refused, or taken by the more urgent one', async (t) => {
  const first = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  await ask('operator', 'POST', `/api/rollouts/${first.rollout}/start`);
  const other = {
    ...BY_HAND,
    cargo: { ...BY_HAND.cargo, model: NEWER },
    target: { devices: ['a', 'b'] },
  };
  const second = await ask('operator', 'POST', '/api/rollouts', other);
  const refused = await ask('operator', 'POST', `/api/rollouts/${second.rollout}/start`);
  t.match(refused, { status: 409, code: 'ROLLOUT_CONFLICT' });
  t.match(refused.detail, new RegExp(`${first.rollout} has a, b`));
  const preview = await ask('operator', 'POST', '/api/rollouts/preview', { ...other, priority: 1 });
  t.match(preview.conflicts, [
    {
      rollout: first.rollout,
      name: first.name,
      state: 'rolling',
      yields: true,
      devices: 2,
      names: ['a', 'b'],
    },
  ]);
  t.equal(preview.target, 2);
  const urgent = await ask('operator', 'POST', '/api/rollouts', { ...other, priority: 1 });
  t.match(await ask('operator', 'POST', `/api/rollouts/${urgent.rollout}/start`), {
    state: 'rolling',
  });
  const { devices } = await ask('viewer', 'GET', `/api/rollouts/${first.rollout}/devices`);
  t.same(
    devices.map((it: Record<string, string>) => [it.device, it.state, it.outcome]),
    [
      ['a', 'skipped', 'taken'],
      ['b', 'skipped', 'taken'],
      ['c', 'pending', null],
      ['d', 'pending', null],
    ],
  );
  const { decisions } = await ask('viewer', 'GET', `/api/rollouts/${first.rollout}/decisions`);
  t.match(decisions.at(-1), { event: 'yield', by: `rollout:${urgent.rollout}` });
  // Once the more urgent one has ended, they are free.
  await ask('operator', 'POST', `/api/rollouts/${urgent.rollout}/abort`);
  t.match(await ask('operator', 'POST', `/api/rollouts/${second.rollout}/start`), { status: 200 });
});

t.test('an order has its state', async (t) => {
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  const order = (name: string) => ask('operator', 'POST', `/api/rollouts/${rollout}/${name}`);
  for (const early of ['resume', 'promote', 'roll-back', 'approve', 'retry']) {
    t.match(
      await order(early),
      { code: early === 'approve' ? 'FORBIDDEN' : 'ROLLOUT_ELSEWHERE' },
      early,
    );
  }
  t.match(await order('pause'), { state: 'paused', pausedFrom: 'scheduled' });
  t.match(await order('promote'), { code: 'ROLLOUT_ELSEWHERE' }, 'it has not begun');
  t.match(await order('resume'), { state: 'scheduled', pausedFrom: null });
  t.match(await order('start'), { state: 'rolling' });
  t.match(await order('start'), { code: 'ROLLOUT_ELSEWHERE' });
  t.match(await order('pause'), { state: 'paused', pausedFrom: 'rolling' });
  t.match(await order('resume'), { state: 'rolling' });
  t.match(await order('abort'), { state: 'aborted', progress: [{ devices: { skipped: 1 } }] });
  for (const late of ['start', 'pause', 'resume', 'retry', 'promote', 'abort']) {
    t.match(await order(late), { code: 'ROLLOUT_ELSEWHERE' }, late);
  }
});

t.test('a start that finds nobody is refused', async (t) => {
  const nobody = { ...BY_HAND, target: { tags: ['none'] } };
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', nobody);
  const answer = await ask('operator', 'POST', `/api/rollouts/${rollout}/start`);
  t.match(answer, { status: 409, code: 'ROLLOUT_EMPTY' });
});

t.test('what happens is told as events, and written to the audit log', async (t) => {
  const told: string[] = [];
  t.teardown(events.subscribe(({ kind }) => told.push(kind)));
  const { rollout } = await ask('operator', 'POST', '/api/rollouts', BY_HAND);
  await ask('operator', 'POST', `/api/rollouts/${rollout}/start`);
  t.same(told, ['rollout.created', 'rollout.decided', 'rollout.changed']);
  const { entries } = await ask('admin', 'GET', '/api/audit?limit=2');
  t.match(entries, [
    {
      action: 'startRollout',
      principal: 'token:a operator',
      subject: `/api/rollouts/${rollout}/start`,
    },
    { action: 'createRollout', principal: 'token:a operator' },
  ]);
});
