import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  type CredentialRequest,
  credentialStatement,
  type DeviceId,
  type EnrolmentRequest,
  enrolmentStatement,
  type Sha256,
} from '@edgeloop/protocol';

/** A device's own key, and what it signs with it. */
export class DeviceKey {
  readonly device: DeviceId;
  readonly publicKey: string;
  readonly #key: KeyObject;

  constructor(device: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.device = device as DeviceId;
    this.#key = privateKey;
    this.publicKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  }

  enrolment(token: string, more: Partial<EnrolmentRequest> = {}): EnrolmentRequest {
    const hash = createHash('sha256').update(token).digest('hex') as Sha256;
    const { device, publicKey } = this;
    const proof = this.#sign(enrolmentStatement(hash, device, publicKey));
    return { token, device, publicKey, proof, ...more };
  }

  renewal(generation: number): CredentialRequest {
    const { device } = this;
    return { device, generation, proof: this.#sign(credentialStatement(device, generation)) };
  }

  #sign = (statement: string) => sign(null, Buffer.from(statement), this.#key).toString('base64');
}
