import { parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { DeviceKey } from '../../stand/fleet/device-key.ts';
import { DATABASES } from '../stand/databases.ts';
import { NOW, SITE, startFleet } from './stand/start-fleet.ts';

for (const { name, open } of DATABASES) {
  const start = async (t: Test) => startFleet(await open(t));
  const test = (what: string, work: (t: Test) => Promise<void>) => t.test(`${name}: ${what}`, work);

  test('decommissioned, a device is gone with its rows, and its name is free', async (t) => {
    const {
      fleet,
      token,
      decommission,
      admissions,
      database,
      cleared,
      photographed,
      unseen,
      heard: told,
    } = await start(t);
    for (const device of ['pi-1', 'pi-2']) {
      await fleet.enrol(new DeviceKey(device).enrolment(await token({ tags: ['a'] })));
    }
    const device = parseId('device', 'pi-1');
    const twice = [decommission.run(device, true), decommission.run(device, true)];
    const gone = { device, detections: 0, pictures: 1, retained: 1 };
    t.same(await Promise.all(twice), [gone, gone], 'asked twice, it is done once');
    t.same([cleared, photographed], [['hall/pi-1'], ['pi-1']]);
    t.same(unseen, ['pi-1', 'pi-1'], 'and what came on its way until it was nobody');
    t.equal(told.at(-1), 'device.decommissioned pi-1');
    t.equal(admissions.find('pi-1'), null);
    const left = await database.selectFrom('devices').select('device').execute();
    t.same(left, [{ device: 'pi-2' }]);
    const heard = { site: SITE, first_seen_at: NOW, state_at: null, last_seen_at: NOW };
    const stranger = parseId('device', 'stranger');
    await database
      .insertInto('devices')
      .values({ device: stranger, ...heard })
      .execute();
    t.match(await decommission.run(stranger, false), { pictures: null }, 'one that never enrolled');
    await t.rejects(decommission.run(device, true), { code: 'NOT_FOUND' });
    await fleet.enrol(new DeviceKey('pi-1').enrolment(await token()));
  });

  test('a decommissioning that was interrupted goes on', async (t) => {
    const { fleet, token, decommission, admissions, database, photographed } = await start(t);
    const key = new DeviceKey('pi-1');
    await fleet.enrol(key.enrolment(await token()));
    // As a kill leaves it.
    const leaving = { leaving_at: NOW, with_pictures: 1 } as const;
    await database.updateTable('enrolments').set(leaving).execute();
    await admissions.refresh('pi-1');
    t.notOk(admissions.admits({ site: SITE, device: key.device }), 'it is out already');
    await t.rejects(fleet.revoke(key.device), { code: 'NOT_FOUND' });
    const again = fleet.enrol(new DeviceKey('pi-1').enrolment(await token({ replace: true })));
    await t.rejects(again, { code: 'CONFLICT' }, 'not before all of it is gone');
    await decommission.resume();
    t.same(photographed, ['pi-1']);
    t.equal(admissions.find('pi-1'), null);
  });

  test('of those that were interrupted one that fails keeps no other', async (t) => {
    const { fleet, token, decommission, admissions, database, stuck } = await start(t);
    for (const device of ['pi-1', 'pi-2']) {
      await fleet.enrol(new DeviceKey(device).enrolment(await token()));
    }
    await database.updateTable('enrolments').set({ leaving_at: NOW }).execute();
    stuck.add('pi-1');
    await t.rejects(decommission.resume(), { message: 'pi-1 is stuck' });
    t.equal(admissions.find('pi-2'), null);
    stuck.clear();
    await decommission.resume();
    t.equal(admissions.find('pi-1'), null);
  });
}
