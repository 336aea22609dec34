import { parseId, type SiteId, timestamp } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { DATABASES } from '../stand/databases.ts';
import { NOW, SITE, startFleet } from './stand/start-fleet.ts';

const HOUR = 3_600_000;

for (const { name, open } of DATABASES) {
  const start = async (t: Test) => startFleet(await open(t));
  const test = (what: string, work: (t: Test) => Promise<void>) => t.test(`${name}: ${what}`, work);

  test('a device with a token gets a credential of its own, and is admitted at once', async (t) => {
    const { fleet, token, admissions, heard, said, enrolmentTokens } = await start(t);
    const key = new DeviceKey('pi-1');
    const request = key.enrolment(await token({ tags: ['line', 'line'] }), {
      attributes: { floor: 2, camera: 'v3' },
    });
    t.notOk(admissions.admits({ site: SITE, device: key.device }));
    const { registration, password } = await fleet.enrol(request);
    t.match(registration, {
      device: 'pi-1',
      site: 'hall',
      tags: ['line'],
      attributes: { floor: 2, camera: 'v3' },
      generation: 1,
      enrolledAt: timestamp(NOW),
      revokedAt: null,
      publicKey: key.publicKey,
    });
    t.match(password, /^eld_[\w-]{43}$/);
    t.match(admissions.authenticate('pi-1', password), { kind: 'device', site: 'hall' });
    t.equal(admissions.authenticate('pi-1', `${password}x`), null);
    t.ok(admissions.admits({ site: SITE, device: key.device }));
    t.notOk(admissions.admits({ site: 'yard' as SiteId, device: key.device }), 'of its site alone');
    t.same(heard, ['device.enrolled pi-1']);
    const [used] = await enrolmentTokens.list();
    t.same(said, [{ enrolledWith: used?.id }]);
    t.equal(registration.enrolledWith, used?.id);
  });

  test('a token for one device enrols one, however many ask at the same time', async (t) => {
    const { fleet, token, enrolmentTokens } = await start(t);
    const secret = await token();
    const asked = Array.from({ length: 20 }, (_, i) =>
      fleet.enrol(new DeviceKey(`pi-${i}`).enrolment(secret)),
    );
    const outcomes = await Promise.allSettled(asked);
    const refused = outcomes.flatMap((it) => (it.status === 'rejected' ? [it.reason.code] : []));
    t.same(refused, new Array(19).fill('UNAUTHENTICATED'));
    t.match(await enrolmentTokens.list(), [{ uses: 1, used: 1 }]);
    const late = fleet.enrol(new DeviceKey('pi-99').enrolment(secret));
    await t.rejects(late, { code: 'UNAUTHENTICATED' }, 'worth nothing afterwards');
  });

  test('a token for three enrols three', async (t) => {
    const { fleet, token } = await start(t);
    const secret = await token({ uses: 3 });
    for (const device of ['a', 'b', 'c'])
      await fleet.enrol(new DeviceKey(device).enrolment(secret));
    await t.rejects(fleet.enrol(new DeviceKey('d').enrolment(secret)), { code: 'UNAUTHENTICATED' });
  });

  test('what a token is not for is refused, and does not use it', async (t) => {
    const { fleet, token, enrolmentTokens, clock } = await start(t);
    const secret = await token({ devices: 'line-*' });
    const key = new DeviceKey('line-1');
    const good = key.enrolment(secret);
    for (const [what, request, code] of [
      ['another id', new DeviceKey('pi-1').enrolment(secret), 'FORBIDDEN'],
      ['another site', { ...good, site: 'yard' as SiteId }, 'FORBIDDEN'],
      ['another token', key.enrolment(`${secret}x`), 'UNAUTHENTICATED'],
      ['a proof for another device', { ...good, device: 'line-2' as never }, 'UNAUTHENTICATED'],
      ["another's key", { ...good, publicKey: new DeviceKey('x').publicKey }, 'UNAUTHENTICATED'],
      ['a proof for another token', { ...good, token: await token() }, 'UNAUTHENTICATED'],
      ['no key', { ...good, publicKey: `${'A'.repeat(59)}=` }, 'REQUEST_INVALID'],
    ] as const) {
      await t.rejects(fleet.enrol(request), { code }, what);
    }
    t.match(await enrolmentTokens.list(), [{ used: 0 }, { used: 0 }]);
    clock.now += 8 * 24 * HOUR;
    await t.rejects(fleet.enrol(good), { code: 'UNAUTHENTICATED' }, 'expired after a week');
    clock.now = NOW;
    await fleet.enrol(good);
  });

  test('a revoked token is worth nothing, and no token lives for ever', async (t) => {
    const { fleet, token, enrolmentTokens } = await start(t);
    const secret = await token();
    const [listed] = await enrolmentTokens.list();
    t.notOk(JSON.stringify(listed).includes(secret), 'no secret in the list');
    await enrolmentTokens.revoke(listed?.id as string);
    await t.rejects(fleet.enrol(new DeviceKey('a').enrolment(secret)), { code: 'UNAUTHENTICATED' });
    await t.rejects(enrolmentTokens.revoke('none'), { code: 'NOT_FOUND' });
    for (const at of [NOW - 1, NOW + 400 * 24 * HOUR]) {
      await t.rejects(token({ expiresAt: timestamp(at) }), { code: 'REQUEST_INVALID' });
    }
  });

  test('who is enrolled is replaced by a token that says so alone', async (t) => {
    const { fleet, token, admissions, registrations } = await start(t);
    const first = await fleet.enrol(
      new DeviceKey('pi-1').enrolment(await token({ tags: ['old'] })),
    );
    const key = new DeviceKey('pi-1');
    await t.rejects(fleet.enrol(key.enrolment(await token())), { code: 'CONFLICT' });
    t.ok(admissions.authenticate('pi-1', first.password), 'nothing has changed');
    await fleet.revoke(key.device);
    const { password } = await fleet.enrol(key.enrolment(await token({ replace: true })));
    t.ok(admissions.authenticate('pi-1', password), 'revoked before, it may again');
    t.equal(admissions.authenticate('pi-1', first.password), null);
    t.match(await registrations.read(key.device), {
      generation: 2,
      revokedAt: null,
      tags: [],
      publicKey: key.publicKey,
    });
  });

  test('two devices have not one key, nor a device the name of a subscriber', async (t) => {
    const { fleet, token, subscribers } = await start(t);
    const key = new DeviceKey('pi-1');
    await fleet.enrol(key.enrolment(await token()));
    const copied = Object.assign(key, { device: 'pi-2' });
    await t.rejects(fleet.enrol(copied.enrolment(await token())), { code: 'CONFLICT' });
    await subscribers.create({ name: 'wall', sites: [SITE] }, 'me');
    const wall = fleet.enrol(new DeviceKey('wall').enrolment(await token()));
    await t.rejects(wall, { code: 'CONFLICT' });
    await t.rejects(subscribers.create({ name: 'pi-1', sites: [SITE] }, 'me'), {
      code: 'CONFLICT',
    });
  });

  test('a device renews its password with its key: once for each generation', async (t) => {
    const { fleet, token, admissions, cut } = await start(t);
    const key = new DeviceKey('pi-1');
    const first = await fleet.enrol(key.enrolment(await token()));
    cut.length = 0;
    const request = key.renewal(1);
    const second = await fleet.renewByKey(request);
    t.equal(second.registration.generation, 2);
    t.equal(admissions.authenticate('pi-1', first.password), null, 'the old one is worth nothing');
    t.ok(admissions.authenticate('pi-1', second.password));
    t.same(cut, ['pi-1'], 'whoever has the old one is cut off');
    await t.rejects(fleet.renewByKey(request), { code: 'CONFLICT', message: /generation 2,/ });
    const others = new DeviceKey('pi-1').renewal(2);
    await t.rejects(fleet.renewByKey(others), { code: 'UNAUTHENTICATED' }, 'not with another key');
    const unknown = new DeviceKey('pi-9').renewal(1);
    await t.rejects(fleet.renewByKey(unknown), { code: 'UNAUTHENTICATED' }, 'nor an unknown one');
    t.equal((await fleet.renew(key.device)).registration.generation, 3, 'an operator needs no key');
    await fleet.revoke(key.device);
    await t.rejects(fleet.renewByKey(key.renewal(3)), { code: 'CONFLICT' });
    await t.rejects(fleet.renew(key.device), { code: 'CONFLICT' });
  });

  test('a revoked device may nothing, and its name stays taken', async (t) => {
    const { fleet, token, admissions, heard, cut } = await start(t);
    const key = new DeviceKey('pi-1');
    const { password } = await fleet.enrol(key.enrolment(await token()));
    t.match(await fleet.revoke(key.device), { revokedAt: timestamp(NOW) });
    t.equal(admissions.authenticate('pi-1', password), null);
    t.notOk(admissions.admits({ site: SITE, device: key.device }));
    t.equal(cut.at(-1), 'pi-1');
    t.same(heard, ['device.enrolled pi-1', 'device.revoked pi-1']);
    await fleet.revoke(key.device);
    await t.rejects(fleet.revoke('pi-9' as never), { code: 'NOT_FOUND' });
  });

  test('another site: other topics, and the old ones are cleared', async (t) => {
    const { fleet, token, admissions, cut, cleared } = await start(t);
    const key = new DeviceKey('pi-1');
    await fleet.enrol(key.enrolment(await token()));
    const yard = parseId('site', 'yard');
    const change = { site: yard, tags: ['b', 'a'], attributes: { x: 'y' } };
    const after = await fleet.change(key.device, change, () => {});
    t.match(after, { ...change, tags: ['a', 'b'] });
    t.ok(admissions.admits({ site: yard, device: key.device }));
    t.notOk(admissions.admits({ site: SITE, device: key.device }));
    t.same([cut.at(-1), cleared], ['pi-1', ['hall/pi-1']]);
    const refused = fleet.change(key.device, { tags: [] }, () => {
      throw new Error('changed in the meantime');
    });
    await t.rejects(refused, /meantime/);
    t.match(await fleet.change(key.device, {}, () => {}), { tags: ['a', 'b'] }, 'nothing changed');
  });

  test('a subscriber reads what it was given, until its password or itself is gone', async (t) => {
    const { subscribers, admissions, cut } = await start(t);
    const nothing = subscribers.create({ name: 'wall' }, 'me');
    await t.rejects(nothing, { code: 'REQUEST_INVALID' });
    const made = await subscribers.create({ name: 'wall', sites: [SITE, SITE] }, 'me');
    t.match(made, { subscriber: { name: 'wall', sites: ['hall'], devices: [], generation: 1 } });
    t.match(made.password, /^els_/);
    t.match(admissions.authenticate('wall', made.password), { kind: 'subscriber' });
    t.notOk(admissions.admits({ site: SITE, device: 'wall' as never }), 'it is no device');
    const { password } = await subscribers.renew('wall');
    t.equal(admissions.authenticate('wall', made.password), null);
    t.ok(admissions.authenticate('wall', password));
    t.match(await subscribers.list(), [{ name: 'wall', generation: 2 }]);
    await subscribers.remove('wall');
    t.equal(admissions.authenticate('wall', password), null);
    t.same(cut, ['wall', 'wall']);
    await t.rejects(subscribers.remove('wall'), { code: 'NOT_FOUND' });
  });
}
