/** What a client says about itself when it connects. */
export interface ConnectRequest {
  readonly clientId: string;
  readonly username: string | null;
  readonly password: Uint8Array | null;
  /** The common name of the client certificate that TLS verified; null where there is none. */
  readonly certificate: string | null;
}

/** Whom a client was recognized as. */
export interface Identity {
  /**
   * Clients of the same name share sessions and client ids, and may take over one another; nobody
   * else can. It is also what `disconnect` takes.
   */
  readonly name: string;
}

export type Verdict<Who extends Identity> =
  | { readonly admitted: true; readonly who: Who }
  /**
   * `unknown`: the name or the password is wrong. `forbidden`: known, and not welcome (revoked,
   * another's client id).
   */
  | { readonly admitted: false; readonly reason: 'unknown' | 'forbidden' };

/**
 * Who may connect and what they may touch. All but `connect` is asked for each message: it must be
 * quick.
 */
export interface Access<Who extends Identity> {
  /**
   * Whether topics that begin with `$` are asked about like others. Otherwise they are no one's.
   * Nobody ever publishes to `$SYS/`, with which aedes speaks to itself.
   */
  readonly dollarTopics: boolean;
  connect(request: ConnectRequest): Promise<Verdict<Who>>;
  /** Also of the will, when its client connects. */
  mayPublish(who: Who, topic: string, options: { readonly retain: boolean }): boolean;
  maySubscribe(who: Who, filter: string): boolean;
  /** Asked for each message that a filter matches, retained ones included. */
  mayReceive(who: Who, topic: string): boolean;
}

/** Everybody may everything: for play, and until there are accounts. */
export const ANYONE: Access<Identity> = {
  dollarTopics: true,
  connect: async () => ({ admitted: true, who: { name: '' } }),
  mayPublish: () => true,
  maySubscribe: () => true,
  mayReceive: () => true,
};
