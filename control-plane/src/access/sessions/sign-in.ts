import type { Millis } from '@edgeloop/protocol';
import type { NewSession, PasswordChange } from '../../resources/session.ts';
import { addressKey } from '../address-key.ts';
import type { AttemptLimit } from '../attempt-limit.ts';
import { checkPassword, hashPassword, requireGoodPassword } from '../people/password.ts';
import type { PasswordService } from '../people/password-service.ts';
import type { PersonStore } from '../people/person-store.ts';
import type { TokenStore } from '../token-store.ts';
import type { LoginCodeStore } from './login-code-store.ts';
import type { Holder, LoginSession, SessionStore } from './session-store.ts';

export interface SignInParts {
  readonly people: PersonStore;
  readonly tokens: Pick<TokenStore, 'holderOf'>;
  readonly codes: LoginCodeStore;
  readonly sessions: SessionStore;
  readonly passwordService: PasswordService;
  /** By address: of tokens, codes and invitations, here and on every other request. */
  readonly attempts: AttemptLimit;
  /**
   * By address: of passwords alone. A program with a revoked token keeps nobody behind its address
   * from logging in.
   */
  readonly passwordAttempts: AttemptLimit;
  /** By name: passwords are guessed from many addresses, too. */
  readonly namedAttempts: AttemptLimit;
}

export type SignedIn =
  | { readonly kind: 'opened'; readonly secret: string; readonly session: LoginSession }
  | { readonly kind: 'refused' }
  | { readonly kind: 'early'; readonly wait: Millis };

const REFUSED = { kind: 'refused' } as const;

/**
 * The ways in: a password, a pasted token, the code of a login link, an invitation. Whoever comes
 * in gets a new session.
 */
export class SignIn {
  readonly #parts: SignInParts;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  /**
   * @throws ControlPlaneError `TOO_BUSY`; `REQUEST_INVALID` for a new password that is easily
   * guessed
   */
  async open(asked: NewSession, address: string): Promise<SignedIn> {
    if ('name' in asked) return this.#byPassword(asked, address);
    const holder = await this.#holderOf(asked);
    if (holder) return this.#opened(holder);
    // What is right needs no leave; of what is wrong the first few are slips.
    const { attempts } = this.#parts;
    const whence = addressKey(address);
    const wait = attempts.wait(whence);
    if (wait > 0) return { kind: 'early', wait };
    attempts.failed(whence);
    return REFUSED;
  }

  /**
   * @throws ControlPlaneError `TOO_BUSY`; `REQUEST_INVALID` for a new password that is easily
   * guessed
   */
  async changePassword(
    name: string,
    { password, newPassword }: PasswordChange,
    { session, address }: { session: string; address: string },
  ): Promise<Exclude<SignedIn, { kind: 'opened' }> | { readonly kind: 'changed' }> {
    requireGoodPassword(newPassword, name);
    const judged = await this.#judge(name, password, address);
    if (judged) return judged;
    const hash = await this.#parts.passwordService.run(() => hashPassword(newPassword));
    await this.#parts.people.setPassword(name, hash, session);
    return { kind: 'changed' };
  }

  async #byPassword(
    { name, password }: Extract<NewSession, { name: string }>,
    address: string,
  ): Promise<SignedIn> {
    return (
      (await this.#judge(name, password, address)) ??
      (await this.#opened({ person: name, tokenId: null }))
    );
  }

  /** @returns null for the right password. A guess costs the same for a name that nobody has. */
  #judge(name: string, password: string, address: string) {
    const { people, passwordService, passwordAttempts, namedAttempts } = this.#parts;
    const whence = addressKey(address);
    return passwordService.run(async () => {
      // Asked in the service: those who wait there together have one guess, not one each.
      const wait = Math.max(passwordAttempts.wait(whence), namedAttempts.wait(name)) as Millis;
      if (wait > 0) return { kind: 'early', wait } as const;
      if (await checkPassword(password, await people.passwordOf(name))) return null;
      passwordAttempts.failed(whence);
      namedAttempts.failed(name);
      return REFUSED;
    });
  }

  async #holderOf(asked: Exclude<NewSession, { name: string }>): Promise<Holder | null> {
    const { tokens, codes, people, passwordService } = this.#parts;
    if ('token' in asked) return tokens.holderOf(asked.token);
    if ('code' in asked) return codes.take('login', asked.code);
    const invited = await codes.find('invitation', asked.invitation);
    if (invited?.person == null) return null;
    // Whoever mistypes still has the invitation.
    requireGoodPassword(asked.password, invited.person);
    const hash = await passwordService.run(() => hashPassword(asked.password));
    const taken = await codes.take('invitation', asked.invitation);
    if (taken?.person == null) return null;
    await people.setPassword(taken.person, hash, null);
    return taken;
  }

  async #opened(holder: Holder): Promise<SignedIn> {
    const { sessions } = this.#parts;
    const { secret } = await sessions.open(holder);
    // Read as each request will: who was disabled in the meantime is not let in.
    const session = await sessions.find(secret);
    return session ? { kind: 'opened', secret, session } : REFUSED;
  }
}
