import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { vectorPayload } from './vector-payload.ts';
import type { Vector, VectorStep } from './vectors.ts';

const PINGREQ = Buffer.from([0xc0, 0]);
const PINGRESP = Buffer.from([0xd0, 0]);
const CONNACK = Buffer.from([0x20, 2, 0, 0]);

/**
 * Runs one vector against the broker on a port.
 * @returns what was not as it must be; null when it passed
 */
export async function runVector(
  port: number,
  vector: Vector,
  patience: number,
): Promise<string | null> {
  const client = await VectorClient.dial(port, patience);
  try {
    if (vector.connects) await client.converse(connectPacket(vector.name, vector.version), CONNACK);
    for (const step of vector.steps) await take(step, client, port, patience);
    if (vector.endsDisconnected) await client.expectEnd();
    else await client.converse(PINGREQ, PINGRESP);
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    client.close();
  }
}

async function take(
  step: VectorStep,
  client: VectorClient,
  port: number,
  patience: number,
): Promise<void> {
  if (step.type === 'send') return client.send(vectorPayload(step.payload));
  if (step.type === 'recv') return client.expect(vectorPayload(step.payload));
  const helper = await VectorClient.dial(port, patience);
  await helper.converse(connectPacket('helper', 4), CONNACK);
  const { topic, qos, payload } = step;
  const id = qos > 0 ? 'm1' : '';
  const length = 2 + topic.length + (qos > 0 ? 2 : 0) + payload.length;
  helper.send(
    vectorPayload(`i${0x30 + 2 * qos} r${length} s${topic.length} '${topic}' ${id} '${payload}'`),
  );
  if (qos === 1) await helper.expect(vectorPayload('40 r2 m1'));
  if (qos === 2) {
    await helper.expect(vectorPayload('50 r2 m1'));
    await helper.converse(vectorPayload('62 r2 m1'), vectorPayload('70 r2 m1'));
  }
  helper.close();
}

function connectPacket(name: string, version: 3 | 4): Buffer {
  const protocol = version === 3 ? 'MQIsdp' : 'MQTT';
  const id = Buffer.from(name);
  const head = vectorPayload(
    `10 r${protocol.length + 8 + id.length} s${protocol.length} '${protocol}' i${version} 02 k60 s${id.length}`,
  );
  return Buffer.concat([head, id]);
}

/** A client that says whatever it is told, and compares what it hears. */
class VectorClient {
  readonly #socket: Socket;
  readonly #patience: number;
  #heard = Buffer.alloc(0);
  #ended = false;
  #wake = () => {};

  private constructor(socket: Socket, patience: number) {
    this.#socket = socket;
    this.#patience = patience;
    socket.on('error', () => {});
    socket.on('data', (piece: Buffer) => {
      this.#heard = Buffer.concat([this.#heard, piece]);
      this.#wake();
    });
    socket.on('close', () => this.#end());
    socket.on('end', () => this.#end());
  }

  static async dial(port: number, patience: number): Promise<VectorClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new VectorClient(socket, patience);
  }

  send(packet: Uint8Array): void {
    this.#socket.write(packet);
  }

  async converse(question: Uint8Array, answer: Uint8Array): Promise<void> {
    this.send(question);
    await this.expect(answer);
  }

  async expect(expected: Uint8Array): Promise<void> {
    await this.#until(() => this.#heard.length >= expected.length || this.#ended);
    const received = this.#heard.subarray(0, expected.length);
    this.#heard = this.#heard.subarray(received.length);
    if (Buffer.compare(received, expected) === 0) return;
    const [want, got] = [expected, received].map((bytes) => Buffer.from(bytes).toString('hex'));
    throw new Error(`Expected the answer ${want}, received ${got || 'none'}.`);
  }

  async expectEnd(): Promise<void> {
    await this.#until(() => this.#heard.length > 0 || this.#ended);
    if (this.#heard.length > 0) {
      throw new Error(`Expected the end, received ${this.#heard.toString('hex')}.`);
    }
    if (!this.#ended) throw new Error('Expected the end: the connection stays.');
  }

  close(): void {
    this.#socket.destroy();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Until it holds or patience ends. */
  async #until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#patience);
      this.#wake = () => {
        if (!holds()) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
