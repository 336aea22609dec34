import type { JsonTopicName, MessageOf, TopicAddress } from '@edgeloop/protocol';

/** The way from the control plane to devices: ingest itself, or a connection beside it. */
export interface DeviceLine {
  /** When it was connected for the first time. */
  readonly connected: Promise<void>;
  /** Why there is no connection; null when there is one. */
  readonly problem: string | null;
  /** Messages that wait for their commit. */
  readonly waiting: number;
  /** When all that came until now is stored, or was given up. */
  settled(): Promise<void>;
  /**
   * Without a connection it is to be said again later.
   * @throws ConnectionError `CONNECTION_LOST`, ControlPlaneError `BROKER_AWAY`
   */
  publish<Name extends JsonTopicName>(
    name: Name,
    address: TopicAddress<Name>,
    message: MessageOf<Name>,
  ): Promise<void>;
}
