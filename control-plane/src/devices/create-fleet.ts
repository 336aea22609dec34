import type { DeviceAddress, EpochMillis } from '@edgeloop/protocol';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Admissions } from '../accounts/admissions.ts';
import { brokerAccess } from '../accounts/broker-access.ts';
import { SubscriberStore } from '../accounts/subscriber-store.ts';
import { Subscribers } from '../accounts/subscribers.ts';
import type { Database } from '../database/open-stores.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { StoreRecord } from '../store/record.ts';
import { Decommission, type DecommissionOptions } from './decommission.ts';
import { enrolDevice } from './enrol-device.ts';
import { EnrolmentTokenStore } from './enrolment-token-store.ts';
import { Fleet } from './fleet.ts';
import type { PictureRemoval } from './picture-removal.ts';
import { PresenceWatch } from './presence.ts';
import { RegistrationStore } from './registration-store.ts';

export interface FleetSurroundings {
  readonly database: Database;
  readonly accounts: AccountStore;
  readonly admissions: Admissions;
  readonly events: EventBus;
  readonly pictures: PictureRemoval;
  readonly shown: DecommissionOptions['shown'];
  readonly now: () => EpochMillis;
  /** Ends what a name has open on the broker, where that is ours. */
  readonly disconnect: (name: string) => Promise<void>;
  /** As whom the control plane connects to another broker. */
  readonly owner?: { readonly name: string; readonly password: string } | null;
  /** Clears what a broker has kept below an address; null: it did not answer. */
  readonly clearRetained: (address: DeviceAddress) => Promise<number | null>;
  /** When all that ingest was given until now is stored. */
  readonly settled: () => Promise<void>;
}

/** Devices and subscribers: their stores, and what joins these to broker and ingest. */
export function createFleet(surroundings: FleetSurroundings) {
  const { database, accounts, admissions, disconnect, now } = surroundings;
  const enrolmentTokens = new EnrolmentTokenStore({ database, now });
  const registrations = new RegistrationStore({ database, accounts, now });
  return {
    enrolmentTokens,
    registrations,
    access: brokerAccess(admissions),
    owner: surroundings.owner ?? null,
    homeAssistant: admissions.homeAssistant,
    fleet: new Fleet({
      ...surroundings,
      registrations,
      enrol: (request) =>
        enrolDevice({ database, accounts, tokens: enrolmentTokens, now }, request),
    }),
    decommission: new Decommission(surroundings),
    subscribers: new Subscribers({
      admissions,
      disconnect,
      store: new SubscriberStore({ database, accounts, now }),
    }),
    clientOf: (name: string) => {
      const account = admissions.find(name);
      return account && !account.revoked ? { name, account } : null;
    },
  };
}

/** Tells who came and who went, of what is stored. */
export function watchPresence({ events }: Pick<FleetSurroundings, 'events'>) {
  const presence = new PresenceWatch();
  return (batch: readonly StoreRecord[]) => {
    for (const record of batch) {
      const news = presence.see(record);
      const { site, device } = record;
      if (news === null) continue;
      events.publish({ kind: `device.${news}`, subject: { site, device }, data: null });
    }
  };
}
