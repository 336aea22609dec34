import {
  type CredentialRequest,
  credentialStatement,
  type DeviceAddress,
  type DeviceId,
  type EnrolmentRequest,
} from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import { ControlPlaneError } from '../errors.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { EventKind } from '../events/event-kinds.ts';
import type { Registration, RegistrationChange } from '../resources/registration.ts';
import type { RegistrationStore, Renewed } from './registration-store.ts';
import { verifySignature } from './verify-signature.ts';

export interface FleetOptions {
  readonly registrations: RegistrationStore;
  readonly enrol: (request: EnrolmentRequest) => Promise<Renewed>;
  readonly admissions: Pick<Admissions, 'refresh'>;
  /** Ends what a name has open on the broker, where that is ours. */
  readonly disconnect: (name: string) => Promise<void>;
  /** Clears what a broker has kept below an address. */
  readonly clearRetained: (address: DeviceAddress) => Promise<number | null>;
  readonly events: EventBus;
}

/**
 * Who belongs to the fleet. What changes holds for the next message and request; then it is
 * answered.
 */
export class Fleet {
  readonly #options: FleetOptions;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** @throws ControlPlaneError as `enrolDevice` */
  async enrol(request: EnrolmentRequest): Promise<Renewed> {
    const renewed = await this.#options.enrol(request);
    await this.#changed(renewed.registration.device);
    const { enrolledWith } = renewed.registration;
    this.#publish('device.enrolled', renewed.registration, { enrolledWith });
    return renewed;
  }

  /**
   * Another password, for a device that has its key.
   * @throws ControlPlaneError `UNAUTHENTICATED`, `CONFLICT`
   */
  async renewByKey({ device, generation, proof }: CredentialRequest): Promise<Renewed> {
    const statement = credentialStatement(device, generation);
    const check = ({ publicKey }: Registration) => {
      if (!verifySignature(publicKey, statement, proof)) throw notTheKey(device);
    };
    const renewed = await this.#options.registrations
      .renew(device, generation, check)
      // Whether a device is known is no affair of who has no key.
      .catch((error: ControlPlaneError) => {
        throw error.code === 'NOT_FOUND' ? notTheKey(device) : error;
      });
    await this.#changed(device);
    return renewed;
  }

  /**
   * Another password, for whoever brings it to the device.
   * @throws ControlPlaneError `NOT_FOUND`, `CONFLICT`
   */
  async renew(device: DeviceId): Promise<Renewed> {
    const renewed = await this.#options.registrations.renew(device, null);
    await this.#changed(device);
    return renewed;
  }

  /** @throws ControlPlaneError `NOT_FOUND` */
  async revoke(device: DeviceId): Promise<Registration> {
    const registration = await this.#options.registrations.revoke(device);
    await this.#changed(device);
    this.#publish('device.revoked', registration);
    return registration;
  }

  /** @throws ControlPlaneError `NOT_FOUND`, and what `check` throws */
  async change(
    device: DeviceId,
    change: RegistrationChange,
    check: (now: Registration) => void,
  ): Promise<Registration> {
    const { before, after } = await this.#options.registrations.change(device, change, check);
    if (before.site !== after.site) {
      await this.#changed(device);
      // Its topics are others now: nothing must stay under the old ones.
      await this.#options.clearRetained({ site: before.site, device });
    }
    return after;
  }

  async #changed(device: DeviceId): Promise<void> {
    await this.#options.admissions.refresh(device);
    await this.#options.disconnect(device);
  }

  #publish(kind: EventKind, { site, device }: Registration, data: object | null = null): void {
    this.#options.events.publish({ kind, subject: { site, device }, data });
  }
}

const notTheKey = (device: string) =>
  new ControlPlaneError(
    'UNAUTHENTICATED',
    `Expected a proof that is the signature of this device and generation by the key that ${device} enrolled with, received another.`,
  );
