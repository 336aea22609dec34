import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DeviceCredential, parseId, type SignedRoot } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { deviceOf } from '../../../agent/src/enrol/device-of.ts';
import { enrol } from '../../../agent/src/enrol/enrol.ts';
import { readEnrolment } from '../../../agent/src/enrol/read-enrolment.ts';
import { rotate } from '../../../agent/src/enrol/rotate.ts';
import { Certificates, opensslMissing } from '../../stand/broker/certificates.ts';
import { DEVICE, SignedFleet } from '../../stand/fleet/signed-fleet.ts';

const SITE = parseId('site', 'works');
/** What the control plane gives besides the credential. */
let root: SignedRoot | undefined;
let generation = 0;
let where = 'https://edgeloop.lan';
const answer: RequestListener = (_request, response) => {
  generation += 1;
  const credential: DeviceCredential = {
    device: DEVICE,
    site: SITE,
    generation,
    credential: { username: DEVICE, password: `secret ${generation}` },
    mqtt: { url: 'mqtt://edgeloop.lan' },
    server: where,
    ...(root && { root }),
  };
  response.writeHead(201).end(JSON.stringify(credential));
};
const control = createServer(answer).listen(0, '127.0.0.1');
await once(control, 'listening');
t.teardown(() => control.close());
const server = { url: `http://127.0.0.1:${(control.address() as AddressInfo).port}`, ca: null };

function setUp(t: Test) {
  const state = mkdtempSync(join(tmpdir(), 'state-'));
  t.teardown(() => rmSync(state, { recursive: true, force: true }));
  const own = { server, device: DEVICE, state };
  const read = (name: string) => JSON.parse(readFileSync(join(state, name), 'utf8'));
  return {
    state,
    read,
    enrol: (trustRoot: string | null = null) =>
      enrol({ ...own, ca: null, site: SITE, token: 'ele_any', trustRoot }),
    rotate: () => rotate({ ...own, ca: null, trustRoot: null }),
  };
}

const fleet = await SignedFleet.create(t);
const other = await SignedFleet.create(t);

t.test('a device that trusts nobody trusts the root that its enrolment brings', async (t) => {
  const { enrol, read } = setUp(t);
  root = fleet.chain[0];
  t.match(await enrol(), { trust: 'It trusts root version 1.' });
  t.same(read('root.json'), { first: root, current: root });
  t.notOk('root' in read('credential.json'), 'said in one place');
});

t.test('one that enrolled before there were roots gets one with its next password', async (t) => {
  const { enrol, rotate, read } = setUp(t);
  root = undefined;
  t.match(await enrol(), { trust: /gave no root/ });
  root = fleet.chain[0];
  t.match(await rotate(), { trust: 'It trusts root version 1.' });
  t.same(read('root.json').current, root);
});

t.test('one that trusts a root is given no other, and is told so', async (t) => {
  const { enrol, rotate, read } = setUp(t);
  root = fleet.chain[0];
  await enrol();
  root = other.chain[0];
  for (const again of [enrol, rotate]) {
    const { trust, credential } = await again();
    t.match(trust, /version 1, as before: the control plane has another root.*remove root\.json/);
    t.same(read('credential.json'), credential, 'the new password is kept');
    t.same(read('root.json').current, fleet.chain[0]);
  }
});

t.test('a file that agent.yaml names comes before what enrolment brings', async (t) => {
  const { enrol, read } = setUp(t);
  root = fleet.chain[0];
  t.match(await enrol('/etc/edgeloop/root-1.json'), { trust: /begins trust with \/etc/ });
  t.throws(() => read('root.json'), { code: 'ENOENT' });
});

t.test('no password is lost for what is wrong with a root', async (t) => {
  const { enrol, rotate, read, state } = setUp(t);
  const [first] = fleet.chain;
  root = { ...first!, signatures: other.chain[0]!.signatures };
  await t.rejects(enrol(), { code: 'SIGNATURE_MISSING' });
  t.equal(read('credential.json').generation, generation);
  t.throws(() => read('root.json'), { code: 'ENOENT' });
  root = first;
  writeFileSync(join(state, 'root.json'), 'damaged');
  await t.rejects(rotate(), { code: 'STATE_UNUSABLE', message: /Remove the file/ });
  t.equal(read('credential.json').generation, generation);
});

t.test(
  'by its state alone a device rotates, by the authority it enrolled with',
  { skip: opensslMissing },
  async (t) => {
    const { enrol: _, state, read } = setUp(t);
    root = undefined;
    const authority = new Certificates();
    const { certificate, key } = authority.issue('localhost');
    const files = { cert: readFileSync(certificate), key: readFileSync(key) };
    const secure = createSecure(files, answer).listen(0, '127.0.0.1');
    await once(secure, 'listening');
    t.teardown(() => secure.close());
    where = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const { ca } = authority;
    await enrol({
      device: DEVICE,
      site: SITE,
      state,
      token: 'ele_any',
      trustRoot: null,
      ca: null,
      server: { url: where, ca },
    });
    await t.rejects(rotate(await deviceOf({ state })), { code: 'SERVER_UNREACHABLE' });
    await t.resolves(rotate(await deviceOf({ state, ca })), 'by one that is named');
    await t.resolves(rotate(await deviceOf({ state })), 'which is kept for the next time');
    t.match(read('credential.json'), { generation, server: where });
    const copy = join(state, 'authority.pem');
    t.match(readEnrolment(state), { ca: copy }, 'and for the agent');

    writeFileSync(copy, 'the one before\n');
    root = fleet.chain[0];
    writeFileSync(join(state, 'root.json'), 'damaged');
    await t.rejects(rotate(await deviceOf({ state, ca })), { code: 'STATE_UNUSABLE' });
    t.match(read('credential.json'), { generation });
    t.same(readFileSync(copy), readFileSync(ca), 'whatever is wrong with a root');
    rmSync(join(state, 'root.json'));

    // As if an authority that Node knows had signed it.
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    t.teardown(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
    const known = where;
    const rotateAt = async (url: string) => rotate(await deviceOf({ state, server: url }));
    await rotateAt(known);
    t.match(readEnrolment(state), { ca: copy }, 'the same server may have it for its broker');
    where = 'https://elsewhere.lan';
    await rotateAt(known);
    t.match(readEnrolment(state), { server: where, ca: null }, 'another is reached without');
  },
);

t.test('an authority that can not be read is no server that is away', async (t) => {
  const { state } = setUp(t);
  const own = { device: DEVICE, site: SITE, state, token: 'ele_any', trustRoot: null, ca: null };
  const none = join(state, 'none.pem');
  writeFileSync(join(state, 'text.pem'), 'no certificate\n');
  for (const [ca, why] of [
    [none, /--ca, received .*none\.pem, as the user \w+.*: ENOENT/],
    [join(state, 'text.pem'), /text\.pem, as the user/],
  ] as const) {
    await t.rejects(enrol({ ...own, server: { ...server, ca } }), {
      code: 'CONFIG_INVALID',
      message: why,
    });
  }
});
