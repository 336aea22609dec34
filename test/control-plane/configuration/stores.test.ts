import { type DeviceId, epochMillis, type Reported } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { ConfigurationAssignmentStore } from '../../../control-plane/src/configuration/configuration-assignment-store.ts';
import { ConfigurationStore } from '../../../control-plane/src/configuration/configuration-store.ts';
import { ReportWatch } from '../../../control-plane/src/configuration/report-watch.ts';
import type { Database } from '../../../control-plane/src/database/open-stores.ts';
import { removeDevice } from '../../../control-plane/src/devices/remove-device.ts';
import type { RolloutId } from '../../../control-plane/src/rollouts/rollout-id.ts';
import { findRollout } from '../../../control-plane/src/rollouts/store/find-rollout.ts';
import { MIDNIGHT } from '../../stand/fleet/messages.ts';
import { insertRollout } from '../rollouts/stand/rollout-row.ts';
import { DATABASES } from '../stand/databases.ts';
import { record } from '../store/records.ts';

const PI = 'pi-1' as DeviceId;
const OTHER = 'pi-2' as DeviceId;
const DEBUG = { log: { level: 'debug' } };

function open(database: Database) {
  let at = MIDNIGHT;
  const given = { database, now: () => epochMillis(at++) };
  const changed: DeviceId[] = [];
  const log = pino({ level: 'silent' });
  return {
    configurations: new ConfigurationStore(given),
    assignments: new ConfigurationAssignmentStore(given),
    watch: () =>
      new ReportWatch({ database, onChange: (devices) => void changed.push(...devices), log }),
    changed,
  };
}

function reported(configuration?: Reported['configuration'], device = PI) {
  const message: Reported = {
    bootId: '00000000-0000-4000-8000-00000000b007' as Reported['bootId'],
    agentVersion: '0.1.0',
    slots: {},
    cameras: {},
    ...(configuration && { configuration }),
  };
  return { ...record('reported', message), device };
}
const SINCE = '2026-11-24T00:00:00.000Z' as never;

for (const { name, open: openDatabase } of DATABASES) {
  t.test(`${name}: versions are numbered over all configurations, and never change`, async (t) => {
    const { configurations } = open(await openDatabase(t));
    const made = await configurations.create({ configuration: 'quiet', settings: DEBUG }, 'me');
    t.match(made, { configuration: 'quiet', newest: { version: 1, settings: DEBUG, note: '' } });
    await configurations.create({ configuration: 'loud', settings: {} }, 'me');
    const second = await configurations.addVersion('quiet', { settings: {}, note: 'less' }, 'you');
    t.match(second, { version: 3, configuration: 'quiet', note: 'less', createdBy: 'you' });
    t.match(await configurations.list(), [
      { configuration: 'loud', newest: { version: 2 } },
      { configuration: 'quiet', newest: { version: 3 } },
    ]);
    const first = await configurations.versions('quiet', { limit: 1 });
    t.match(first.versions, [{ version: 3 }]);
    const rest = await configurations.versions('quiet', { cursor: first.next as string });
    t.match(rest, { versions: [{ version: 1, settings: DEBUG }], next: null });
  });

  t.test(`${name}: what is refused`, async (t) => {
    const { configurations, assignments } = open(await openDatabase(t));
    const secret = { configuration: 'c', settings: { broker: { password: 'x' } } };
    await t.rejects(configurations.create(secret, 'me'), {
      code: 'CONFIGURATION_REFUSED',
      message: /^broker\.password: /,
    });
    await t.rejects(configurations.view('c'), { code: 'NOT_FOUND' }, 'nothing is left of it');
    await configurations.create({ configuration: 'c', settings: {} }, 'me');
    await t.rejects(configurations.create({ configuration: 'c', settings: {} }, 'me'), {
      code: 'CONFLICT',
    });
    await t.rejects(configurations.addVersion('d', { settings: {} }, 'me'), { code: 'NOT_FOUND' });
    await t.rejects(configurations.versions('d', {}), { code: 'NOT_FOUND' });
    await t.rejects(assignments.assign(PI, 7, 'token:me'), { code: 'NOT_FOUND' });
  });

  t.test(`${name}: the newest assignment holds, and who made which is kept`, async (t) => {
    const database = await openDatabase(t);
    const { configurations, assignments } = open(database);
    await configurations.create({ configuration: 'a', settings: DEBUG }, 'me');
    await configurations.create({ configuration: 'b', settings: {} }, 'me');
    t.same(await assignments.view(PI), { device: PI, assigned: null, reported: null });
    await assignments.assign(PI, 1, 'token:me');
    await assignments.assign(PI, 2, 'rollout:r');
    await assignments.assign(PI, 2, 'rollout:again');
    await assignments.assign(OTHER, 1, 'token:me');
    await assignments.assign(OTHER, 1, 'token:again');
    t.match((await assignments.view(PI)).assigned, { version: 2, source: 'rollout:r' });
    t.match((await assignments.view(OTHER)).assigned, { version: 1, source: 'token:me' });
    t.same(Object.fromEntries(await assignments.wanted([PI, OTHER, 'pi-3' as DeviceId])), {
      [PI]: { version: 2, settings: {}, heard: false },
      [OTHER]: { version: 1, settings: DEBUG, heard: false },
    });
    await database.transaction().execute(async (trx) => {
      await assignments.assignAll(trx, [PI, OTHER], 2, 'rollout');
      await assignments.assignAll(trx, [], 1, 'rollout');
    });
    t.match((await assignments.view(OTHER)).assigned, { version: 2, source: 'rollout' });
    await assignments.requireVersion(2);
    await t.rejects(assignments.requireVersion(3), { code: 'NOT_FOUND' });
    await assignments.assign(PI, null, 'token:me');
    t.same([...(await assignments.wanted([PI, OTHER])).keys()], [OTHER], 'agent.yaml alone');
    t.same(Object.fromEntries(await assignments.assigned([PI, OTHER, 'pi-3' as DeviceId])), {
      [PI]: null,
      [OTHER]: 2,
    });
    t.equal((await assignments.assigned([])).size, 0);
    const { assignments: newest, next } = await assignments.history(PI, { limit: 2 });
    t.match(newest, [{ version: null }, { version: 2, source: 'rollout' }]);
    t.match(await assignments.history(PI, { cursor: next as string }), {
      assignments: [
        { version: 2, source: 'rollout:r' },
        { version: 1, source: 'token:me' },
      ],
      next: null,
    });
  });

  t.test(`${name}: a word of a person stands until a rollout has one, by any clock`, async (t) => {
    const database = await openDatabase(t);
    const { configurations } = open(database);
    await configurations.create({ configuration: 'a', settings: {} }, 'me');
    const clock = { at: MIDNIGHT };
    const now = () => epochMillis(clock.at);
    const assignments = new ConfigurationAssignmentStore({ database, now });
    const since = async (source: string | null) =>
      database
        .transaction()
        .execute((trx) => assignments.setByHand([PI, OTHER, 'pi-3' as DeviceId], source, trx));
    const bring = (version: number | null, source: string) =>
      database.transaction().execute((trx) => assignments.assignAll(trx, [PI], version, source));
    await assignments.assign(PI, 1, 'token:me');
    await assignments.assign(OTHER, 1, 'token:me');
    t.same([...(await since(null))].sort(), [PI, OTHER], 'no rollout has said anything');
    await bring(null, 'rollout:a');
    t.same([...(await since('rollout:a'))], [OTHER]);
    t.same([...(await since('rollout:b'))], [OTHER], 'another rollout has');
    clock.at -= 3_600_000;
    await assignments.assign(PI, 1, 'token:me');
    t.same([...(await since('rollout:a'))].sort(), [PI, OTHER], 'the clock was set back');
    await bring(null, 'rollout:b');
    t.same([...(await since('rollout:a'))].sort(), [PI, OTHER]);
    t.same([...(await since('rollout:b'))], [OTHER]);
    t.same([...(await since(null))], [OTHER]);
    t.equal((await assignments.setByHand([], null)).size, 0);
  });

  t.test(`${name}: what a person says after a rollout was planned counts`, async (t) => {
    const database = await openDatabase(t);
    const { configurations, assignments } = open(database);
    await configurations.create({ configuration: 'a', settings: {} }, 'me');
    await configurations.addVersion('a', { settings: DEBUG }, 'me');
    t.equal(await assignments.lastSaid(database), 0);
    await assignments.assign(PI, 1, 'token:me');
    await assignments.assign(OTHER, 1, 'token:me');
    const last_said = await assignments.lastSaid(database);
    const planned = { id: 'r' as RolloutId, lane: 'configuration', last_said };
    await insertRollout(database, planned);
    const since = async () => {
      const row = await findRollout(database, planned.id);
      return [...(await assignments.setByHand([PI, OTHER], row.last_said))];
    };
    t.same(await since(), [], 'both were set before');
    await removeDevice(database, OTHER);
    await assignments.assign(PI, null, 'token:me');
    t.same(await since(), [PI], 'a number that is given again is a later one');
    const bring = (version: number | null, source: string, takesBack = false) =>
      database
        .transaction()
        .execute((trx) => assignments.assignAll(trx, [PI], version, source, takesBack));
    await bring(1, 'rollout:another');
    t.same(await since(), [], 'a rollout has said something since');
    await bring(null, 'rollout:another', true);
    t.same(await since(), [PI], 'and has taken it back to what the person set');
    await bring(2, 'rollout:third');
    t.same(await since(), [], 'one that stays');
    await bring(1, 'rollout:third', true);
    t.same(await since(), [], 'it went back to something else');
    await assignments.assign(PI, 2, 'token:me');
    await bring(1, 'rollout:third');
    await bring(2, 'rollout:fourth');
    t.same(await since(), [], 'it brought the same, and has taken nothing back');
    await assignments.assign(PI, 2, 'token:me');
    t.same(await since(), [PI], 'a person wants to keep what a rollout brought');
    t.same([...(await assignments.setByHand([PI], 'rollout:another'))], [PI]);
  });

  t.test(`${name}: a device is told that it was heard, and of that version alone`, async (t) => {
    const database = await openDatabase(t);
    const { configurations, assignments, watch, changed } = open(database);
    await configurations.create({ configuration: 'a', settings: {} }, 'me');
    await configurations.addVersion('a', { settings: DEBUG }, 'me');
    await assignments.assign(PI, 2, 'token:me');
    const reports = watch();
    await reports.start();
    const heardOf = async (configuration?: Reported['configuration']) => {
      reports.see([reported(configuration)]);
      await reports.settled();
      return (await assignments.wanted([PI])).get(PI)?.heard;
    };
    const reason = { code: 'NO', message: 'no' };
    t.equal(await heardOf(), false);
    t.equal(await heardOf({ version: 1, state: 'applied', since: SINCE }), false);
    t.equal(await heardOf({ version: 2, state: 'trying', since: SINCE }), true);
    t.equal(await heardOf({ version: 2, state: 'applied', since: SINCE }), true);
    t.equal(await heardOf({ version: 2, state: 'reverted', since: SINCE, reason }), false);
    t.match((await assignments.view(PI)).reported, { state: 'reverted', reason });
    t.equal(changed.length, 4, 'once for each change');
    t.equal(await heardOf({ version: 2, state: 'reverted', since: SINCE, reason }), false);
    t.equal(changed.length, 4);

    const next = watch();
    await next.start();
    next.see([reported({ version: 2, state: 'reverted', since: SINCE, reason })]);
    await next.settled();
    t.equal(changed.length, 4, 'what the process before wrote is known');
    next.see([reported(), reported({ version: 2, state: 'trying', since: SINCE }), reported()]);
    await next.settled();
    t.equal((await assignments.view(PI)).reported, null, 'the newest of several');

    next.see([reported({ version: 2, state: 'trying', since: SINCE })]);
    await next.settled();
    await removeDevice(database, PI);
    next.forget(PI);
    t.equal((await assignments.view(PI)).assigned, null);
    next.see([reported({ version: 2, state: 'trying', since: SINCE })]);
    await next.settled();
    t.match((await assignments.view(PI)).reported, { version: 2 }, 'it came back');
  });
}
