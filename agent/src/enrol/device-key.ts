import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeDurably } from '@edgeloop/disk';
import { AgentError } from '../errors.ts';
import { isUnread, unreadFile } from '../state/unread-file.ts';

const FILE = 'device-key.pem';

/** The device's own Ed25519 key. It never leaves the device, and only its owner can read it. */
export class DeviceKey {
  readonly #key: KeyObject;

  private constructor(key: KeyObject) {
    this.#key = key;
  }

  /** Null: it has none yet. @throws AgentError `STATE_UNUSABLE` */
  static async load(state: string): Promise<DeviceKey | null> {
    const path = join(state, FILE);
    try {
      const key = createPrivateKey(await readFile(path));
      if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${key.asymmetricKeyType}`);
      return new DeviceKey(key);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
      if (isUnread(cause)) throw unreadFile(path, cause as Error);
      const message = `Expected an Ed25519 key in ${path}: ${(cause as Error).message}. Move it away, and enrol with a token that says replace.`;
      throw new AgentError('STATE_UNUSABLE', message, { cause });
    }
  }

  /** In memory alone: who is killed has none any more. */
  static generate(): DeviceKey {
    return new DeviceKey(generateKeyPairSync('ed25519').privateKey);
  }

  /** On disk before anyone is told of it. @throws AgentError `STATE_UNUSABLE` */
  static async create(state: string): Promise<DeviceKey> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
    try {
      await makeFolder(state);
      await writeDurably(join(state, FILE), pem, 0o600);
    } catch (cause) {
      const message = `Expected a folder that can be written for state, received ${state}: ${(cause as Error).message}.`;
      throw new AgentError('STATE_UNUSABLE', message, { cause });
    }
    return new DeviceKey(privateKey);
  }

  /** SubjectPublicKeyInfo, base64. */
  get publicKey(): string {
    const der = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    return der.toString('base64');
  }

  /** @returns the signature, base64 */
  sign(statement: string): string {
    return sign(null, Buffer.from(statement), this.#key).toString('base64');
  }
}
