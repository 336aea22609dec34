import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedRoot } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { ServerClient } from '../../../../agent/src/server/server-client.ts';
import { FETCH_LIMITS } from '../../../../agent/src/update/fetch/fetch-limits.ts';
import { adoptRoot } from '../../../../agent/src/update/trust/root-file.ts';
import { TrustedRoot } from '../../../../agent/src/update/trust/trusted-root.ts';
import { DEVICE, SignedFleet } from '../../../stand/fleet/signed-fleet.ts';
import { ModelServer } from '../../../stand/servers/model-server.ts';

const { signal } = new AbortController();

async function setUp(t: Test) {
  const server = new ModelServer();
  await server.start();
  const client = new ServerClient({
    url: server.url,
    ca: null,
    device: DEVICE,
    password: () => 'secret',
  });
  const folder = mkdtempSync(join(tmpdir(), 'trust-'));
  t.teardown(async () => {
    client.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  /** As at each start of the agent. */
  const start = async (file: string | null = null) => {
    const root = new TrustedRoot({ folder, file, server: client, limits: FETCH_LIMITS });
    await root.start();
    return root;
  };
  return { server, folder, start, path: join(folder, 'root.json') };
}

const write = (folder: string, root: SignedRoot) => {
  const path = join(folder, 'given.json');
  writeFileSync(path, JSON.stringify(root));
  return path;
};

t.test('without a root nothing is trusted, and it says what to do', async (t) => {
  const { start, server, folder } = await setUp(t);
  const root = await start();
  t.match(root, { version: null, keys: null, problem: null });
  const missing = { code: 'ROOT_MISSING', retry: false, message: /edgeloop-agent rotate/ };
  await t.rejects(root.catchUp(1, signal), missing);
  t.same(server.asked, []);
  const fleet = await SignedFleet.create(t);
  await adoptRoot(folder, fleet.chain[0]!);
  await root.catchUp(1, signal);
  t.equal(root.version, 1, 'enrolled while the agent ran');
});

t.test('trust begins with what enrolment gave, and is followed step by step', async (t) => {
  const { start, server, folder } = await setUp(t);
  const fleet = await SignedFleet.create(t);
  t.match(await adoptRoot(folder, fleet.chain[0]!), { other: false });
  for (let i = 0; i < 4; i++) await fleet.rotate(['online', 'root']);
  server.roots = fleet.chain;
  const root = await start();
  t.equal(root.version, 1);
  await Promise.all([root.catchUp(5, signal), root.catchUp(3, signal), root.catchUp(5, signal)]);
  t.equal(root.version, 5);
  t.same(server.asked.length, 2, 'two pages, by the first of them');
  t.same((await start()).keys, fleet.root, 'and after a restart');
  await root.catchUp(4, signal);
  t.equal(root.version, 5, 'never back');
});

t.test('a root that expired on the way is passed', async (t) => {
  const { start, server, folder } = await setUp(t);
  const fleet = await SignedFleet.create(t);
  await adoptRoot(folder, fleet.chain[0]!);
  await fleet.rotate(['online'], 0.5);
  await fleet.rotate(['online']);
  server.roots = fleet.chain;
  const root = await start();
  await root.catchUp(3, signal);
  t.equal(root.version, 3);
});

t.test('what does not follow is not trusted, what did before it is', async (t) => {
  const { start, server, folder } = await setUp(t);
  const fleet = await SignedFleet.create(t);
  const stranger = await SignedFleet.create(t);
  await adoptRoot(folder, fleet.chain[0]!);
  await fleet.rotate(['package']);
  await stranger.rotate(['package']);
  await stranger.rotate(['package']);
  const root = await start();
  for (const [name, roots, newest, version] of [
    ['nothing', [], 2, 1],
    ['of other keys', stranger.chain, 2, 1],
    ['right, then of other keys', [fleet.chain[1]!, stranger.chain[2]!], 3, 2],
    ['a step is left out', [fleet.chain[1]!, fleet.chain[1]!], 3, 2],
  ] as const) {
    server.lie = (_path, response) => {
      response.end(JSON.stringify({ roots }));
      return true;
    };
    await t.rejects(root.catchUp(newest, signal), { code: 'ROOT_REFUSED', retry: true }, name);
    t.equal(root.version, version, name);
    t.equal((await start()).version, version, name);
  }
  for (const [body, code] of [
    ['{"roots":[{}]}', 'ROOT_REFUSED'],
    ['<html>', 'ROOT_REFUSED'],
    [`{"roots":[],"x":"${'x'.repeat(600_000)}"}`, 'SERVER_ANSWER_WRONG'],
  ] as const) {
    server.lie = (_path, response) => {
      response.end(body);
      return true;
    };
    await t.rejects(root.catchUp(9, signal), { code, retry: true });
  }
});

t.test('trust begins with the file that agent.yaml names', async (t) => {
  const { start, folder } = await setUp(t);
  const fleet = await SignedFleet.create(t);
  const file = write(folder, fleet.chain[0]!);
  t.equal((await start(file)).version, 1);
  t.equal((await start()).version, 1, 'kept');
  await t.rejects(start(join(folder, 'none.json')), {
    code: 'CONFIG_INVALID',
    message: /trust\.root/,
  });
  writeFileSync(file, '{}');
  await t.rejects(start(file), { code: 'ROOT_INVALID' });
});

t.test('a device that trusts a root is not given another', async (t) => {
  const { start, folder, server, path } = await setUp(t);
  const fleet = await SignedFleet.create(t);
  const stranger = await SignedFleet.create(t);
  await adoptRoot(folder, fleet.chain[0]!);
  await fleet.rotate(['online']);
  await stranger.rotate(['online']);
  server.roots = fleet.chain;
  const before = readFileSync(path, 'utf8');
  t.match(await adoptRoot(folder, stranger.chain[0]!), { other: true }, 'of the same version');
  t.match(await adoptRoot(folder, stranger.chain[1]!), { other: true }, 'of the next');
  t.match(await adoptRoot(folder, fleet.chain[1]!), { other: false }, 'is followed later');
  t.equal(readFileSync(path, 'utf8'), before);
  const root = await start(write(folder, stranger.chain[0]!));
  t.match(root, { version: 1, problem: /received another root, which is not taken/ });
  await root.catchUp(2, signal);
  t.same(root.keys, fleet.root);
  t.match(await adoptRoot(folder, stranger.chain[0]!), { other: true }, 'of the first version');
  t.match((await start(write(folder, fleet.chain[0]!))).problem, null);
});

t.test(
  'a root that can not be read now is read again, and nobody is told to remove it',
  async (t) => {
    const { start, folder, path } = await setUp(t);
    const fleet = await SignedFleet.create(t);
    await adoptRoot(folder, fleet.chain[0]!);
    const given = write(folder, fleet.chain[0]!);
    const whole = readFileSync(path, 'utf8');
    for (const file of [null, given]) {
      rmSync(path);
      mkdirSync(path);
      const root = await start(file);
      t.match(root, { version: null, problem: /root\.json: EISDIR.*leave it there/ });
      t.notMatch(root.problem, /Remove/);
      await t.rejects(root.catchUp(1, signal), { code: 'ROOT_MISSING', retry: true });
      rmSync(path, { recursive: true });
      writeFileSync(path, whole);
      await root.catchUp(1, signal);
      t.match(root, { version: 1, problem: null });
    }
  },
);

t.test('a damaged file is no reason to trust anybody', async (t) => {
  const { start, folder, path } = await setUp(t);
  const fleet = await SignedFleet.create(t);
  await adoptRoot(folder, fleet.chain[0]!);
  const whole = readFileSync(path, 'utf8');
  const other = await SignedFleet.create(t);
  for (const [name, text] of [
    ['cut off', whole.slice(0, 100)],
    ['no root', '{}'],
    ['changed', whole.replaceAll(fleet.root.expires, '2099-01-01T00:00:00.000Z')],
  ] as const) {
    writeFileSync(path, text);
    const root = await start();
    t.match(root, { version: null, problem: /Remove the file, and say whom to trust/ }, name);
    await t.rejects(root.catchUp(1, signal), { code: 'ROOT_MISSING', message: /Remove the file/ });
    await t.rejects(adoptRoot(folder, other.chain[0]!), { code: 'STATE_UNUSABLE' });
    t.equal(readFileSync(path, 'utf8'), text, 'left for whoever looks at it');
  }
});
