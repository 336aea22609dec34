import { connect, type Socket } from 'node:net';
import { connectPacket, type Login, pubackPacket, subscribePacket } from './mqtt-packets.ts';
import { type Packet, PacketStream } from './packet-stream.ts';

/** A connection to a broker that costs as little as one can: what is measured is the other side. */
export class LoadClient {
  readonly #socket: Socket;
  readonly #stream = new PacketStream();
  #wanted: { type: number; resolve: (packet: Packet) => void } | null = null;
  onPacket: (packet: Packet) => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (piece: Buffer) => this.#stream.take(piece, (packet) => this.#heard(packet)));
  }

  /** Connected, and subscribed to what it was given. */
  static async connect(
    port: number,
    login: Login,
    filters: readonly string[] = [],
  ): Promise<LoadClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new LoadClient(socket);
    const ended = new Promise<never>((_, reject) => {
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`${login.clientId} was cut`)));
    });
    ended.catch(() => {});
    const connack = client.#next(2);
    client.write(connectPacket(login));
    const { body } = await Promise.race([connack, ended]);
    if (body[1] !== 0) throw new Error(`${login.clientId} was refused: ${body[1]}`);
    if (filters.length > 0) {
      const suback = client.#next(9);
      client.write(subscribePacket(1, filters));
      await Promise.race([suback, ended]);
    }
    return client;
  }

  write(bytes: Buffer): boolean {
    return this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  #next(type: number): Promise<Packet> {
    return new Promise((resolve) => {
      this.#wanted = { type, resolve };
    });
  }

  #heard(packet: Packet): void {
    const { type, qos, body } = packet;
    if (type === 3 && qos === 1) {
      const topicLength = body.readUInt16BE(0);
      this.write(pubackPacket(body.readUInt16BE(2 + topicLength)));
    }
    if (this.#wanted?.type === type) {
      const { resolve } = this.#wanted;
      this.#wanted = null;
      resolve(packet);
    } else {
      this.onPacket(packet);
    }
  }
}
