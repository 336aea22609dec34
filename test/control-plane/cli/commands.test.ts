import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { picture as draw } from '../stand/pictures.ts';
import { unzip, zipOf } from '../stand/zips.ts';
import { openCommandLine } from './stand/command-line.ts';
import { runHere } from './stand/run-here.ts';

t.setTimeout(280_000);

const { controlPlane, server, env, path, as, edgeloop, json } = await openCommandLine(t);

t.test('--json is the answer of the API, and a list is followed up to its limit', async (t) => {
  for (const n of [1, 2, 3]) await controlPlane.enrol(`press-${n}`);
  t.same(await json('devices', 'list'), await controlPlane.get('/api/devices'));
  const first = await json('devices', 'list', '--limit', '2');
  t.match(first, { devices: [{ device: 'press-1' }, { device: 'press-2' }], next: /./ });
  const rest = await json('devices', 'list', '--limit', 'all', '--cursor', first.next);
  t.match(rest, { devices: [{ device: 'press-3' }], next: null });
  t.equal((await edgeloop('devices', 'list', '--limit', '0')).code, 65);
});

t.test('devices: tags, attributes, a move; what is destroyed is asked for', async (t) => {
  await edgeloop('devices', 'tag', 'press-1', '--add', 'line-2', 'old', '--json');
  const tagged = await json('devices', 'tag', 'press-1', '--add', 'new', '--remove', 'old');
  t.same(tagged.tags, ['line-2', 'new']);
  const set = ['--set', 'pose=left', 'note=a=b', '--remove', 'nothing'];
  const { attributes } = await json('devices', 'attributes', 'press-1', ...set);
  t.match(attributes, { pose: 'left', note: 'a=b' });
  t.match(await json('devices', 'list', '--attribute', 'pose=left', '--tag', 'new'), {
    devices: [{ device: 'press-1' }],
  });
  t.match(await json('devices', 'configuration', 'press-1'), { assigned: null });

  const script = await edgeloop('devices', 'revoke', 'press-3');
  t.match(script, { code: 65, stderr: /press-3 is cut off.*Expected --yes/ });
  const no = await as({ terminal: { columns: 80, typed: 'n' } }, 'devices', 'revoke', 'press-3');
  t.match(no, { code: 104, stderr: /Go on\? \[y\/N\] [\s\S]*Nothing was changed/ });
  const yes = await as({ terminal: { columns: 80, typed: 'y' } }, 'devices', 'revoke', 'press-3');
  t.match(yes, { code: 0, stdout: /press-3: revoked/ });
  t.match(await edgeloop('devices', 'remove', 'press-3', '--yes'), { code: 0 });
  t.match(await edgeloop('devices', 'show', 'press-3'), { code: 68, stderr: /^NOT_FOUND: / });
  t.match(await edgeloop('devices', 'registration', 'press-2'), { stdout: /^SITE\tworks$/m });
});

t.test('samples, labels, datasets: from a folder of pictures to a zip', async (t) => {
  await json('tasks', 'create', 'parts', '--class', 'good', 'bad');
  const picture = path('one.png');
  writeFileSync(picture, await draw(1, 'png'));
  const { sha256 } = await json('samples', 'add', 'parts', picture);
  t.match(await edgeloop('samples', 'add', 'parts', path('one.txt')), { code: 65 });
  const missing = await edgeloop('samples', 'add', 'parts', path('none.png'));
  t.match(missing, { code: 65, stderr: /Expected a file that can be read.*ENOENT/ });
  const nowhere = await edgeloop('samples', 'picture', sha256, path('none', 'x.png'));
  t.match(nowhere, { code: 65, stderr: /Expected a place where/ });
  t.match(await json('labels', 'next', 'parts'), { samples: [{ sha256 }] });
  t.match(await edgeloop('labels', 'say', 'parts', sha256, '--class', 'good'), {
    stdout: `${sha256}: good\n`,
  });
  t.match(await edgeloop('labels', 'say', 'parts', sha256, '--none', '--skip'), { code: 65 });
  t.match(await json('labels', 'undo', 'parts'), { label: { state: 'unlabelled' } });
  t.match(await json('labels', 'list', 'parts', sha256), { events: [{ kind: 'class' }, {}] });
  await json('labels', 'say', 'parts', sha256, '--class', 'good');
  t.match(await json('samples', 'list', 'parts', '--label', 'good'), { samples: [{ sha256 }] });
  const copy = path('copy.png');
  await edgeloop('samples', 'picture', sha256, copy);
  t.ok(readFileSync(copy).equals(readFileSync(picture)));

  t.match(await edgeloop('datasets', 'freeze', 'parts'), {
    code: 102,
    stderr: /^DATASET_TOO_SMALL: /,
  });
  const files = await Promise.all(
    Array.from({ length: 80 }, async (_, i) => [
      `${i % 2 ? 'good' : 'bad'}/${i}.jpg`,
      await draw(100 + i),
    ]),
  );
  const zip = path('given.zip');
  writeFileSync(zip, await zipOf(Object.fromEntries(files)));
  t.match(await json('datasets', 'import', 'parts', zip), { added: 80, labelled: 80 });
  const { number, counts } = await json('datasets', 'freeze', 'parts');
  t.equal(counts.train + counts.validation + counts.test, 81);
  const exported = path('exported.zip');
  t.match(await edgeloop('datasets', 'export', 'parts', String(number), exported), { code: 0 });
  t.equal((await unzip(readFileSync(exported))).size, 81);
  const rows = await edgeloop('datasets', 'samples', 'parts', String(number), '--limit', 'all');
  t.equal(rows.stdout.trim().split('\n').length, 81);
  t.match(await edgeloop('tasks', 'progress', 'parts'), { stdout: /^good\t41\t/m });
  t.match(await edgeloop('datasets', 'show', 'parts', '7'), { code: 68 });
});

t.test('settings of a task, budgets, configurations', async (t) => {
  const change = path('training.json');
  writeFileSync(change, JSON.stringify({ triggers: { labels: { count: 7 } }, priority: 3 }));
  const before = await json('tasks', 'training', 'parts');
  const after = await json('tasks', 'set-training', 'parts', change);
  t.same(after, { ...before, priority: 3, triggers: { ...before.triggers, labels: { count: 7 } } });
  const budget = ['--per-hour', '5', '--per-day', '50', '--bytes-per-day', '20MiB'];
  t.same(await json('tasks', 'set-budget', 'parts', ...budget), {
    budget: { perHour: 5, perDay: 50, bytesPerDay: 20 * 2 ** 20 },
  });
  t.same(await json('tasks', 'remove-budget', 'parts'), { budget: null });

  const settings = path('settings.json');
  writeFileSync(settings, JSON.stringify({ log: { level: 'debug' } }));
  const made = await json('configurations', 'create', 'loud', settings, '--note', 'a test');
  const version = String(made.newest.version);
  t.match(await json('devices', 'configure', 'press-1', version), {
    assigned: { version: made.newest.version },
  });
  t.match(await json('devices', 'configure', 'press-1', 'none'), { assigned: { version: null } });
  t.equal((await json('devices', 'configuration-history', 'press-1')).assignments.length, 2);
});

t.test('access: what is made is told once, and a role is kept to', async (t) => {
  const viewer = (await edgeloop('tokens', 'create', 'eyes', '--role', 'viewer')).stdout.trim();
  t.match(viewer, /^elt_\S+$/, 'the secret alone: for $(…)');
  const asViewer = (...args: string[]) => as({ env: { ...env, EDGELOOP_TOKEN: viewer } }, ...args);
  t.match(await asViewer('devices', 'list'), { code: 0 });
  t.match(await asViewer('tasks', 'create', 'x'), { code: 101, stderr: /^FORBIDDEN: .*viewer/ });
  const { tokens } = await json('tokens', 'list');
  const { id } = tokens.find(({ name }: { name: string }) => name === 'eyes');
  t.match(await edgeloop('tokens', 'revoke', id, '--yes'), { code: 0 });
  t.match(await asViewer('devices', 'list'), { code: 100, stderr: /edgeloop login/ });

  const token = await json(
    'enrolment-tokens',
    'create',
    'two',
    '--site',
    'works',
    '--expires',
    '8h',
  );
  t.match(token, { secret: /^ele_/, token: { uses: 1 } });
  await edgeloop('enrolment-tokens', 'revoke', token.token.id);
  await json('subscribers', 'create', 'panel', '--site', 'works');
  t.match(await edgeloop('subscribers', 'credential', 'panel', '--yes'), { stdout: /^\S{16,}\n$/ });
  t.match(await edgeloop('subscribers', 'remove', 'panel', '--yes'), { code: 0 });
  const { webhook } = await json(
    'webhooks',
    'create',
    'https://x.example/',
    '--kind',
    'job.*',
    '--task',
    'parts',
  );
  t.match(await json('webhooks', 'list'), {
    webhooks: [{ id: webhook.id, subject: { task: 'parts' } }],
  });
  await edgeloop('webhooks', 'remove', webhook.id, '--yes');
  t.match(await json('audit', 'list', '--action', 'deleteWebhook'), {
    entries: [{ principal: 'token:first' }],
  });
});

t.test(
  'people: invited by a link, given a role, taken out; and what the server holds',
  async (t) => {
    const invited = await edgeloop('people', 'create', 'ada', '--role', 'labeller');
    t.ok(invited.stdout.startsWith(`${server}/`), invited.stdout);
    t.match(await json('people', 'role', 'ada', '--role', 'operator'), { role: 'operator' });
    t.match(await json('people', 'disable', 'ada', '--yes'), { disabledAt: /./ });
    t.match(await json('people', 'enable', 'ada'), { disabledAt: null });
    t.match(await edgeloop('people', 'list'), { stdout: /^ada\toperator\tactive\t/m });
    t.match(await edgeloop('whoami'), { stdout: 'token:first, admin\n' });
    t.match(await json('keys', 'server'), { version: 1, problem: null });
    t.match(await edgeloop('retention'), { stdout: /^detections\tever\t/ });
    const set = ['retention', 'set', '--detection-age', '90d', '--picture-age', 'none'];
    t.match(await json(...set), {
      settings: { detectionAge: 7_776_000_000, pictureAge: null },
      bounds: { pictureAge: null, pictureBytes: 2 ** 31 },
    });
    t.match(await edgeloop('retention', 'set', '--picture-age', 'default'), {
      stdout: /^DETECTION AGE\t90 d$[\s\S]*^PICTURE AGE\t30 d$/m,
    });
    t.match(await json('retention'), { settings: { detectionAge: 7_776_000_000 }, usage: {} });
    t.match(await edgeloop('retention'), { stdout: /^detections\t90 d\t.*\tage$/m });
    t.match(await edgeloop('retention', 'set', '--sample-age', '5s'), {
      code: 67,
      stderr: /Expected from 86400000 ms .* for sampleAge, received 5000/,
    });
    t.match(await json('jobs', 'trainers'), { trainers: [] });
    t.match(await json('devices', 'health', 'press-1'), { device: 'press-1' });
  },
);

t.test('the doctor names devices that say nothing, and tasks without a champion', async (t) => {
  const { findings } = await json('doctor');
  const found = (check: string) => findings.find((each: { check: string }) => each.check === check);
  t.match(found('devices'), { gravity: 'warning', what: /offline or silent: press-1/ });
  t.match(found('models'), { what: /parts has no champion/, mend: /jobs create parts/ });
});

t.test('what nobody can do ends with its own status', async (t) => {
  for (const [code, ...args] of [
    [65, 'devcies'],
    [65, 'devices', 'lst'],
    [65, 'devices', 'list', '--stat', 'online'],
    [65, 'devices', 'list', '--state', 'gone'],
    [65, 'devices', 'show'],
    [65, 'retention', 'set', '--sample-bytes', '5'],
    [65, 'models', 'show', 'feed'],
    [68, 'tasks', 'show', 'nothing'],
    [102, 'tasks', 'create', 'parts'],
    [67, 'tasks', 'create', 'Not A Name'],
    [103, 'tasks', 'list', '--server', 'http://127.0.0.1:1'],
    [0, 'help', 'exit-codes'],
    [0, 'devices', '--help'],
    [0, '--version'],
  ] as const) {
    const ran = await edgeloop(...args);
    t.equal(ran.code, code, `${args.join(' ')}: ${ran.stderr.split('\n')[0]}`);
  }
});

t.test('login tries a token, and keeps it where its owner alone can read it', async (t) => {
  const home = path('home');
  mkdirSync(home);
  const login = (token: string) => runHere({ home }, 'login', '--server', server, '--token', token);
  t.match(await login('elt_wrong'), { code: 100 });
  t.match(await login(controlPlane.token), { code: 0 });
  const file = path('home', '.config', 'edgeloop', 'config.yaml');
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.match(await runHere({ home }, 'tasks', 'list'), { code: 0, stdout: /^parts\t/ });
  const { stdout } = await runHere({ home }, 'settings', '--json');
  t.match(JSON.parse(stdout), { server: { value: server, from: file }, token: { value: 'elt_…' } });
  t.notMatch(stdout, controlPlane.token);
  await runHere(
    { home },
    'login',
    '--profile',
    'lab',
    '--server',
    server,
    '--token',
    controlPlane.token,
  );
  t.match(await runHere({ home }, 'logout', '--profile', 'lab'), { code: 0 });
  t.match(await runHere({ home }, 'tasks', 'list', '--profile', 'lab'), { code: 100 });
});
