import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { PACKET_RULES, type PacketLimits, type Refusal } from './packet-rules.ts';
import { PacketScanner } from './packet-scanner.ts';

/**
 * Stands between a socket and the broker and cuts the connection at the first packet that breaks a rule. The broker
 * itself believes a declared length: four CONNECTs of 256 MB made it hold 256 MB more.
 */
export class PacketGuard extends Duplex {
  readonly #socket: Socket;
  readonly #limits: PacketLimits;
  readonly #onRefused: (reason: Refusal) => void;
  readonly #scanner = new PacketScanner();
  #first = true;

  constructor(socket: Socket, limits: PacketLimits, onRefused: (reason: Refusal) => void) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#limits = limits;
    this.#onRefused = onRefused;
    socket.on('data', (piece: Buffer) => this.#receive(piece));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // The broker waits for 'drain', and gives up on a client that reads nothing: so this must wait as well.
    if (this.#socket.write(piece)) done();
    else this.#socket.once('drain', done);
  }

  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'buffer' as BufferEncoding, done);
  }

  override _final(done: () => void): void {
    this.#socket.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #receive(piece: Buffer): void {
    const refusal = this.#judge(piece);
    if (refusal) {
      this.#onRefused(refusal);
      this.destroy();
    } else if (!this.push(piece)) {
      this.#socket.pause();
    }
  }

  #judge(piece: Buffer): Refusal | null {
    const headers = this.#scanner.scan(piece);
    if (!headers) return 'malformed-length';
    for (const header of headers) {
      for (const rule of PACKET_RULES) {
        const refusal = rule(header, this.#first, this.#limits);
        if (refusal) return refusal;
      }
      this.#first = false;
    }
    return null;
  }
}
