import { epochMillis, parseId } from '@edgeloop/protocol';
import { AccountStore } from '../../../../control-plane/src/accounts/account-store.ts';
import { Admissions } from '../../../../control-plane/src/accounts/admissions.ts';
import type { Database } from '../../../../control-plane/src/database/open-stores.ts';
import { createFleet } from '../../../../control-plane/src/devices/create-fleet.ts';
import { EventBus } from '../../../../control-plane/src/events/event-bus.ts';
import type { NewEnrolmentToken } from '../../../../control-plane/src/resources/enrolment-token.ts';

export const SITE = parseId('site', 'hall');
export const NOW = Date.UTC(2026, 10, 26);

/** A fleet without a broker: what it would do to one is written down. */
export async function startFleet(database: Database) {
  const clock = { now: NOW };
  const now = () => epochMillis(clock.now);
  const accounts = new AccountStore({ database, now });
  const admissions = new Admissions({ accounts, allowAnonymous: false });
  await admissions.start();
  const heard: string[] = [];
  const said: unknown[] = [];
  const events = new EventBus({ now });
  events.subscribe(({ kind, subject, data }) => {
    heard.push(`${kind} ${subject.device}`);
    said.push(data);
  });
  const cut: string[] = [];
  const cleared: string[] = [];
  const photographed: string[] = [];
  const unseen: string[] = [];
  /** Devices whose retained messages can't be cleared. */
  const stuck = new Set<string>();
  const parts = createFleet({
    database,
    accounts,
    admissions,
    events,
    now,
    settled: async () => {},
    disconnect: async (name) => void cut.push(name),
    async clearRetained({ site, device }) {
      if (stuck.has(device)) throw new Error(`${device} is stuck`);
      return cleared.push(`${site}/${device}`);
    },
    pictures: { removePictures: async (device) => photographed.push(device) },
    shown: { removeDevice: async (device) => void unseen.push(device) },
  });
  const token = async (wanted: Partial<NewEnrolmentToken> = {}) =>
    (await parts.enrolmentTokens.create({ name: 'a test', site: SITE, ...wanted }, 'me')).secret;
  return {
    ...parts,
    database,
    admissions,
    clock,
    token,
    heard,
    said,
    cut,
    cleared,
    photographed,
    unseen,
    stuck,
  };
}
