import {
  type EpochMillis,
  epochMillis,
  type KeyId,
  type Millis,
  type SignedAssignment,
  timestamp,
} from '@edgeloop/protocol';
import type { AssignmentRow } from '../store/rollout-tables.ts';
import type { AssignmentKeys } from './assignment-keys.ts';

export interface AssignmentSignerOptions {
  readonly keys: Pick<AssignmentKeys, 'sign' | 'require' | 'keyId' | 'refresh'>;
  readonly now: () => EpochMillis;
  /** So long a device has to take one; renewed until it has. */
  readonly life: Millis;
}

/** What of an assignment does not follow from when and by which key it is signed. */
export type UnsignedAssignment = Pick<
  AssignmentRow,
  'device' | 'model' | 'generation' | 'slot' | 'purpose' | 'rollout' | 'every'
>;

/** Signs assignments, which hold good for a limited time. */
export class AssignmentSigner {
  readonly #options: AssignmentSignerOptions;

  constructor(options: AssignmentSignerOptions) {
    this.#options = options;
  }

  /**
   * Takes the keys that have changed on disk.
   * @returns the one that signs from now on; null: there is none here
   * @throws SigningError for keys that can't be read any more
   */
  async refresh(): Promise<KeyId | null> {
    const { keys } = this.#options;
    await keys.refresh();
    return keys.keyId;
  }

  /** One that expires before, and that no device has taken yet, is to be signed anew. */
  renewsBefore(): EpochMillis {
    const { now, life } = this.#options;
    return epochMillis(now() + life / 4);
  }

  /** @throws ControlPlaneError `ASSIGNMENT_KEY_MISSING` */
  sign(unsigned: UnsignedAssignment): AssignmentRow {
    const { keys, now, life } = this.#options;
    const { device, model, generation, slot, purpose, rollout, every } = unsigned;
    const [issued, expires] = [now(), now() + life];
    const assignment: SignedAssignment = keys.sign({
      type: 'edgeloop-assignment',
      device,
      slot,
      as: purpose,
      digest: model,
      generation,
      issued: timestamp(issued),
      expires: timestamp(expires),
    });
    return {
      device,
      slot,
      purpose,
      generation,
      model,
      rollout,
      every,
      issued_at: issued,
      expires_at: expires,
      key_id: keys.require() as KeyId,
      assignment: JSON.stringify(assignment),
      taken_at: null,
      ended_at: null,
    };
  }
}
