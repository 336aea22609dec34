import t from 'tap';
import { type Action, actionsOf } from '../../../control-plane/dashboard/src/app/actions.ts';
import {
  namesReader,
  rank,
  remarkOn,
} from '../../../control-plane/dashboard/src/app/find-everywhere.ts';
import { kept } from '../../../control-plane/dashboard/src/app/kept.ts';
import { session } from '../../../control-plane/dashboard/src/session/session-state.ts';

const DEVICES = Array.from({ length: 1_500 }, (_, i) => `line-${i + 1}`);
const ANSWERS: Readonly<Record<string, unknown>> = {
  fleet: { devices: { device: DEVICES } },
  models: { models: [{ name: 'parts', digest: 'a'.repeat(64) }] },
  rollouts: { rollouts: [{ name: 'autumn', rollout: 'r1' }] },
};

/** What reads, where some of it fails. */
function reader() {
  const asked: string[] = [];
  const failing = new Set<string>();
  const read = namesReader(async (url) => {
    const [, what = ''] = /^\/api\/(\w+)/.exec(url) ?? [];
    asked.push(what);
    if (failing.has(what)) throw new Error('No answer.');
    return ANSWERS[what] as never;
  });
  return { read, asked, failing };
}

t.test('every device is found, also beyond the first thousand', async (t) => {
  const { names, unread } = await reader().read();
  t.same(unread, []);
  t.same(rank(names, 'line-1500'), [
    { kind: 'device', name: 'line-1500', href: '/devices/line-1500' },
  ]);
  t.match(rank(names, 'parts aaaa'), [{ kind: 'model' }]);
  t.match(rank(names, 'autumn'), [{ kind: 'rollout', href: '/rollouts/r1' }]);
});

t.test('what failed is said, and asked for again; what was read is not', async (t) => {
  const { read, asked, failing } = reader();
  failing.add('fleet');
  const first = await read();
  t.same(first.unread, ['devices']);
  t.match(rank(first.names, 'autumn'), [{ kind: 'rollout' }], 'the rest is found all the same');
  failing.clear();
  asked.length = 0;
  const second = await read();
  t.same(asked, ['fleet']);
  t.same(second.unread, []);
  t.equal(rank(second.names, 'line-1500').length, 1);
});

t.test('that nothing has the name is said alone where everything was read', async (t) => {
  const all = { names: [], unread: [] };
  const part = { names: [], unread: ['devices', 'models'] };
  t.equal(remarkOn(null, 0, 'x'), 'Names are being read.');
  t.equal(remarkOn(null, 6, ''), null);
  t.equal(remarkOn(all, 0, 'x'), 'Nothing has “x” in its name.');
  t.equal(remarkOn(all, 1, 'x'), null);
  t.match(remarkOn(part, 0, 'x'), /^Not read: devices, models\./);
  t.match(remarkOn(part, 1, 'x'), /^Not read: devices, models\./);
});

t.test('what is kept is read again after its time, and once for who asks at once', async (t) => {
  let [now, reads] = [0, 0];
  const read = kept(
    async () => {
      reads += 1;
      return reads;
    },
    30,
    () => now,
  );
  t.same(await Promise.all([read(), read()]), [1, 1]);
  now = 30;
  t.equal(await read(), 1);
  now = 31;
  t.equal(await read(), 2);
});

/** As who looks: by a session, or by a token alone. */
function lookAs(role: string, csrf: string | null = 'a value'): void {
  session.value = { name: 'ann', role, csrf } as unknown as typeof session.value;
}
const found = (text: string, names: readonly string[] = []) =>
  rank(
    names.map((name) => ({ kind: 'device', name, href: `/devices/${name}` })),
    text,
  ).map(({ kind, name }) => `${kind} ${name}`);

const FINDS: readonly (readonly [string, string])[] = [
  ['plan a', 'action Plan a rollout'],
  ['deploy', 'action Plan a rollout'],
  ['new roll', 'action Plan a rollout'],
  ['train now', 'action Train a model'],
  ['add device', 'action Enrol a device'],
  ['label p', 'action Label pictures'],
  ['invite', 'action Invite a person'],
  ['switch dark', 'action Dark theme'],
  ['shortcuts', 'action Show the keys'],
  ['sign out', 'action Log out'],
];
for (const [text, expected] of FINDS) {
  t.test(`what is done is found by its words: ${text}`, async (t) => {
    lookAs('admin');
    t.equal(found(text)[0], expected);
  });
}

t.test('an action leads where it is done, or is done at once', async (t) => {
  lookAs('admin');
  t.match(rank([], 'plan a rollout'), [{ kind: 'action', href: '/rollouts/new' }]);
  t.match(rank([], 'dark'), [{ kind: 'action', deed: 'dark-theme' }]);
  t.same(found('enrol a'), ['action Enrol a device'], 'and not twice, where a page has its name');
  lookAs('viewer');
  t.same(found('enrol a'), []);
});

t.test(
  'actions and pages come before names that fit as well; names before other words',
  async (t) => {
    lookAs('admin');
    t.same(found('label', ['label-1', 'old-label']), [
      ...['page Label', 'action Label pictures', 'device label-1', 'device old-label'],
    ]);
    t.same(found('deploy', ['deploy-1']), ['device deploy-1', 'action Plan a rollout']);
    t.equal(found('').length, 16, 'and without a text there are all of them');
  },
);

const ROLES = [
  ['viewer', ['Show the keys', 'Light theme', 'Dark theme', 'Theme of the machine', 'Log out']],
  ['labeller', ['Label pictures']],
  ['operator', ['Train a model', 'Plan a rollout', 'Enrol a device']],
  ['admin', ['Invite a person']],
] as const;
t.test('each is offered to who may do it', async (t) => {
  const names = (actions: readonly Action[]) => actions.map(({ name }) => name).sort();
  const upTo = (i: number) => ROLES.slice(0, i + 1);
  for (const [i, [role]] of ROLES.entries()) {
    const may = (needed: string) => upTo(i).some(([own]) => own === needed);
    const expected = upTo(i).flatMap(([, more]) => more);
    t.same(names(actionsOf({ may, hasSession: true })), [...expected].sort(), role);
  }
  const byToken = actionsOf({ may: () => true, hasSession: false });
  t.notOk(names(byToken).includes('Log out'), 'of a token alone nobody logs out');
});
