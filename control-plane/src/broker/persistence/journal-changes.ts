/** A message as it is kept. */
export interface KeptMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly qos: number;
}

/** A message on its way to a session, or the PUBREL that follows one of QoS 2. */
export interface QueuedMessage extends KeptMessage {
  readonly cmd: 'publish' | 'pubrel';
  readonly retain: boolean;
  /** Which broker took it, and as its how-manieth: what aedes knows it by. */
  readonly brokerId: string | null;
  readonly brokerCounter: number;
  /** Null: not sent yet. */
  readonly messageId: number | null;
}

export interface KeptWill extends KeptMessage {
  readonly retain: boolean;
  readonly brokerId: string;
}

/**
 * What is known of a thing from now on; null: it is gone. The last word on a key is all that
 * counts.
 */
export type Change =
  | { readonly table: 'retained'; readonly topic: string; readonly value: KeptMessage | null }
  | { readonly table: 'sessions'; readonly client: string; readonly value: number | null }
  | {
      readonly table: 'subscriptions';
      readonly client: string;
      readonly filter: string;
      readonly value: number | null;
    }
  | {
      readonly table: 'queue';
      readonly client: string;
      readonly number: number;
      readonly value: QueuedMessage | null;
    }
  | { readonly table: 'wills'; readonly client: string; readonly value: KeptWill | null };

/** All that is kept, as it is read at the start. */
export interface BrokerState {
  readonly retained: readonly KeptMessage[];
  readonly sessions: readonly { readonly client: string; readonly seenAt: number }[];
  readonly subscriptions: readonly {
    readonly client: string;
    readonly filter: string;
    readonly qos: number;
  }[];
  readonly queue: readonly {
    readonly client: string;
    readonly number: number;
    readonly message: QueuedMessage;
  }[];
  readonly wills: readonly { readonly client: string; readonly will: KeptWill }[];
}

export type JournalCalls = {
  /** `movedTo`: where a damaged file is now; null: it was whole. */
  readonly open: {
    readonly request: null;
    readonly response: { readonly kept: BrokerState; readonly movedTo: string | null };
  };
  readonly commit: { readonly request: readonly Change[]; readonly response: null };
};
