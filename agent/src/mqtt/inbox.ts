import {
  type Command,
  type CommandName,
  type Delivered,
  type Desired,
  type DeviceAddress,
  decodeMessage,
  parseTopic,
  type Status,
  topicFilter,
} from '@edgeloop/protocol';

/** The handlers of what a device receives, by topic. */
export interface Inbox {
  delivered(message: Delivered): void;
  desired(message: Desired): void;
  command(name: CommandName, message: Command): void;
  /** Its own. */
  status(message: Status): void;
}

const SUBSCRIBED = ['status', 'delivered', 'desired', 'cmd'] as const;

export function subscriptionsOf(address: DeviceAddress): string[] {
  return SUBSCRIBED.map((name) => topicFilter(name, address));
}

/** Hands a message to its handler. @throws ProtocolError for what is no message of the table */
export function dispatchMessage(topic: string, payload: Uint8Array, inbox: Inbox): void {
  // A retained message that was cleared.
  if (payload.length === 0) return;
  const parsed = parseTopic(topic);
  switch (parsed.name) {
    case 'delivered':
      inbox.delivered(decodeMessage('delivered', payload));
      break;
    case 'desired':
      inbox.desired(decodeMessage('desired', payload));
      break;
    case 'cmd':
      inbox.command(parsed.command, decodeMessage('cmd', payload));
      break;
    case 'status':
      inbox.status(decodeMessage('status', payload));
      break;
  }
}
