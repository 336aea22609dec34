import type { ChildProcess as NodeChild } from 'node:child_process';
import type { Socket } from 'node:net';
import { CHANNEL, type RequestMessage } from './child-requests.ts';
import { FrameReader, frame } from './frames.ts';

/** Sends a request to a child. */
export type Send = (message: RequestMessage, bytes: readonly Uint8Array[]) => void;

/** What comes from it. */
interface ChannelListener {
  /** Bytes of one answer. */
  readonly most?: number | undefined;
  answer(message: unknown): void;
  /** Nothing that could be understood will come. That it ended is told by its `exit`. */
  broken(reason: string): void;
}

/**
 * Node's own messages, for a child that does other things as well (`serveRequests`). They have no
 * bytes.
 */
export function messageChannel(child: NodeChild, { answer, broken }: ChannelListener): Send {
  child.on('message', answer);
  return (message) =>
    child.send(message, (error) => {
      if (error) broken(`does not listen: ${error.message}`);
    });
}

/** A socket, for a child that waits for it (`serveBlocking`). */
export function socketChannel(child: NodeChild, { most, answer, broken }: ChannelListener): Send {
  // A process that has no files left gets a child without.
  const socket = (child.stdio?.[CHANNEL] ?? null) as Socket | null;
  const reader = new FrameReader(most);
  socket?.on('data', (piece: Buffer) => {
    try {
      for (const message of reader.read(piece)) answer(message);
    } catch (error) {
      socket.destroy();
      broken(`is not to be understood: ${(error as Error).message}`);
    }
  });
  // One that ends while it is written to.
  socket?.on('error', () => {});
  return (message, bytes) => {
    socket?.cork();
    const length = bytes.reduce((sum, some) => sum + some.length, 0);
    for (const some of [frame(message, length), ...bytes]) socket?.write(some);
    socket?.uncork();
  };
}
