import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { ControlPlaneError } from '../../errors.ts';

/** 32 MiB and three passes, as OWASP's Password Storage Cheat Sheet has it for scrypt. */
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const SALT = 16;
const HASH = 32;
const LEAST = 10;
const MOST = 200;

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** One person's keyboards write the same letter in several ways. */
const normal = (password: string) => password.normalize('NFKC');

/** `scrypt$<N>$<r>$<p>$<salt>$<hash>`, both base64url: costs may rise, and old ones still count. */
export async function hashPassword(password: string, salt = randomBytes(SALT)): Promise<string> {
  const hash = await derived(password, salt, COST);
  const { N, r, p } = COST;
  return ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Null is nobody's: it takes as long, and is never right. */
export async function checkPassword(password: string, kept: string | null): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = kept?.split('$') ?? [];
  if (kept === null) {
    await derived(password, Buffer.alloc(SALT), COST);
    return false;
  }
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const given = await derived(password, Buffer.from(salt, 'base64url'), cost);
  return timingSafeEqual(given, Buffer.from(hash, 'base64url'));
}

function derived(password: string, salt: Buffer, cost: { N: number; r: number; p: number }) {
  // What it takes, and some: Node's own limit is what these costs take exactly.
  const maxmem = 256 * cost.N * cost.r;
  return derive(normal(password), salt, HASH, { ...cost, maxmem });
}

/** @throws ControlPlaneError `REQUEST_INVALID` for a password that is easily guessed */
export function requireGoodPassword(password: string, name: string): void {
  const { length } = [...normal(password)];
  const problem =
    length < LEAST || length > MOST
      ? `${LEAST} to ${MOST} characters, received ${length}`
      : new Set(password).size < 5
        ? 'at least 5 different characters, received fewer'
        : password.toLowerCase().includes(name)
          ? `one without the name ${name} in it, received one with it`
          : null;
  if (problem === null) return;
  throw new ControlPlaneError('REQUEST_INVALID', `Expected a password of ${problem}.`);
}
