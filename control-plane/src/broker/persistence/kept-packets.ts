import type { KeptMessage, QueuedMessage } from './journal-changes.ts';

export const asBytes = (payload: Uint8Array | string): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

/**
 * A payload is a piece of what the socket read: kept as it is, it would hold 64 KiB, and carry them
 * to the thread.
 */
export const ownCopy = <Message extends KeptMessage>(message: Message): Message => ({
  ...message,
  payload: new Uint8Array(message.payload),
});

/** As aedes has it: a Buffer, over the same bytes. */
export const packetOf = <Message extends KeptMessage>({ payload, ...message }: Message) => {
  const { buffer, byteOffset, length } = payload;
  return { ...message, payload: Buffer.from(buffer, byteOffset, length) };
};

/** As it is given to who subscribes. */
export const retainedPacket = (message: KeptMessage) => ({
  cmd: 'publish',
  ...packetOf(message),
  retain: true,
});

/** As it waits for a session. */
export const queuedPacket = (message: QueuedMessage) => {
  const messageId = message.messageId ?? undefined;
  if (message.cmd === 'pubrel') return { cmd: message.cmd, messageId };
  return { ...packetOf(message), dup: false, messageId, brokerId: message.brokerId ?? undefined };
};
