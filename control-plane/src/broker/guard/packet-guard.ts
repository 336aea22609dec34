import { Duplex } from 'node:stream';
import type { Arrival } from '../transport/arrival.ts';
import { PacketJudge } from './packet-judge.ts';
import type { PacketLimits } from './packet-limits.ts';
import { RETURN_CODES, type Refusal } from './refusal.ts';
import type { Refused } from './refused.ts';

/**
 * Stands between a connection and the broker and cuts it at the first packet that breaks a rule.
 * The broker itself believes a declared length (four CONNECTs of 256 MB made it hold 256 MB more)
 * and lets through what MQTT forbids.
 */
export class PacketGuard extends Duplex {
  readonly arrival: Arrival;
  readonly #transport: Duplex;
  readonly #judge: PacketJudge;
  readonly #onRefused: (reason: Refusal, of: Refused) => void;
  #farewell: Uint8Array | null = null;

  constructor(
    arrival: Arrival,
    limits: PacketLimits,
    onRefused: (reason: Refusal, of: Refused) => void,
  ) {
    super({ allowHalfOpen: false });
    const transport = arrival.stream;
    this.arrival = arrival;
    this.#transport = transport;
    this.#judge = new PacketJudge(limits);
    this.#onRefused = onRefused;
    transport.on('data', (piece: Buffer) => this.#receive(piece));
    transport.on('end', () => this.push(null));
    transport.on('error', (error) => this.destroy(error));
    transport.on('close', () => this.destroy());
  }

  /**
   * All that has arrived, where no size is asked for: the broker asks once when it hears that there
   * is something, and Node 26 then gives the first piece alone, and tells of no other.
   */
  override read(size?: number | null): Buffer | null {
    if (typeof size === 'number') return super.read(size);
    const pieces: Buffer[] = [];
    for (let piece = super.read(); piece !== null; piece = super.read()) pieces.push(piece);
    return pieces.length > 1 ? Buffer.concat(pieces) : (pieces[0] ?? null);
  }

  override _read(): void {
    this.#transport.resume();
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // The broker waits for 'drain', and gives up on a client that reads nothing: so this must wait
    // as well.
    if (this.#transport.write(piece)) done();
    else this.#transport.once('drain', done);
  }

  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'buffer' as BufferEncoding, done);
  }

  override _final(done: () => void): void {
    this.#transport.end();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const transport = this.#transport;
    if (this.#farewell) transport.end(this.#farewell, () => transport.destroy());
    else transport.destroy();
    done(error);
  }

  #receive(piece: Buffer): void {
    if (this.destroyed || this.#transport.destroyed) return;
    const refusal = this.#judge.judge(piece);
    if (!refusal) {
      if (!this.push(piece)) this.#transport.pause();
      return;
    }
    const returnCode = RETURN_CODES[refusal];
    if (returnCode !== undefined) this.#farewell = Uint8Array.of(0x20, 2, 0, returnCode);
    this.#onRefused(refusal, { address: this.arrival.address });
    this.destroy();
  }
}
