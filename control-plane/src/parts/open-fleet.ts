import { firstAddressOf } from '@edgeloop/broker-connection';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Admissions } from '../accounts/admissions.ts';
import { brokerAddress } from '../broker/broker-address.ts';
import { clearRetained } from '../devices/clear-retained.ts';
import { createFleet } from '../devices/create-fleet.ts';
import type { PictureRemoval } from '../devices/picture-removal.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import type { DevicePictures } from '../pictures/device-pictures.ts';
import type { Context } from './context.ts';
import type { OpenBroker } from './open-broker.ts';

interface Dependencies {
  readonly accounts: AccountStore;
  readonly admissions: Admissions;
  readonly broker: OpenBroker;
  readonly ingest: Pick<DeviceLine, 'settled'>;
  readonly pictures: PictureRemoval;
  readonly shown: Pick<DevicePictures, 'removeDevice'>;
}

/** Devices and subscribers, and what changes when one comes or goes. */
export function openFleet(
  context: Context,
  { accounts, admissions, broker, ingest, pictures, shown }: Dependencies,
) {
  const { config, surroundings, database, events } = context;
  const own = config.broker.kind === 'external' ? config.broker : null;
  const fleet = createFleet({
    ...surroundings,
    owner: own && loginOf(own.url),
    database,
    accounts,
    admissions,
    events,
    pictures,
    shown,
    disconnect: async (name) => broker.broker?.disconnect(name),
    clearRetained: (address) =>
      clearRetained({ ...surroundings, ...broker, homeAssistant: config.homeAssistant }, address),
    settled: () => ingest.settled(),
  });
  const url = own && (own.forDevices ?? own.url);
  const mqttUrl = (hostname: string) =>
    brokerAddress(url ?? broker.broker?.ports ?? null, hostname);
  return { ...fleet, mqttUrl };
}

/** As it stands in the URL; null: there is none. */
function loginOf(url: string): { name: string; password: string } | null {
  const { username, password } = new URL(firstAddressOf(url));
  if (!username) return null;
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}
