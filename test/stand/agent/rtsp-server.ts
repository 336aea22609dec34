import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Begins a packet between the messages (RFC 2326, clause 10.12). */
const DOLLAR = 0x24;
const SDP =
  'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:0\r\n';

/**
 * An RTSP camera (RFC 2326) that sends over its one TCP connection: RTP as ffmpeg makes it, JPEG by
 * RFC 2435, which needs no parameters in the description.
 */
export class RtspServer {
  readonly #server = createServer((socket) => this.#serve(socket));
  readonly #sockets = new Set<Socket>();
  readonly #playing = new Set<Socket>();
  readonly #credential: string | null;
  #packets: DatagramSocket | null = null;
  #encoder: ChildProcess | null = null;
  /** Connections that began to play. */
  plays = 0;
  /** While true it is connected, and sends nothing. */
  stalled = false;

  /** @param credential `name:password` that it asks for */
  constructor(credential: string | null = null) {
    this.#credential = credential;
  }

  /** @returns its port */
  async start(): Promise<number> {
    const packets = createSocket('udp4');
    this.#packets = packets;
    packets.bind(0, '127.0.0.1');
    await once(packets, 'listening');
    packets.on('message', (packet) => this.#send(packet));
    const to = `rtp://127.0.0.1:${packets.address().port}?pkt_size=1400`;
    this.#encoder = spawn(
      'ffmpeg',
      [
        ...['-loglevel', 'error', '-nostdin', '-re', '-f', 'lavfi'],
        ...['-i', 'testsrc2=size=160x120:rate=20', '-c:v', 'mjpeg', '-huffman', 'default'],
        ...['-pix_fmt', 'yuvj420p', '-f', 'rtp', to],
      ],
      { stdio: 'ignore' },
    );
    return this.plugIn(0);
  }

  async plugIn(port: number): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** As when the camera loses its power. */
  async unplug(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.unplug();
    this.#encoder?.kill('SIGKILL');
    this.#packets?.close();
  }

  #send(packet: Buffer): void {
    if (this.stalled) return;
    const head = Buffer.from([DOLLAR, 0, packet.length >> 8, packet.length & 0xff]);
    for (const socket of this.#playing) socket.write(Buffer.concat([head, packet]));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#playing.delete(socket);
    });
    let waiting: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      waiting = Buffer.concat([waiting, chunk]);
      for (let end = messageEnd(waiting); end !== null; end = messageEnd(waiting)) {
        if (waiting[0] !== DOLLAR) this.#answer(socket, waiting.subarray(0, end).toString());
        waiting = waiting.subarray(end);
      }
    });
  }

  #answer(socket: Socket, request: string): void {
    const [method = ''] = request.split(' ');
    const sequence = /^CSeq: *(\d+)/im.exec(request)?.[1];
    const reply = (status: string, lines: readonly string[], body = '') =>
      socket.write([`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...lines, '', body].join('\r\n'));
    const given = /^Authorization: Basic (\S+)/im.exec(request)?.[1] ?? '';
    if (this.#credential && Buffer.from(given, 'base64').toString() !== this.#credential) {
      reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"']);
      return;
    }
    reply('200 OK', HEADERS[method] ?? ['Session: 1'], method === 'DESCRIBE' ? SDP : '');
    if (method !== 'PLAY') return;
    this.plays += 1;
    this.#playing.add(socket);
  }
}

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  OPTIONS: ['Public: DESCRIBE, SETUP, PLAY, TEARDOWN'],
  DESCRIBE: ['Content-Type: application/sdp', `Content-Length: ${SDP.length}`],
  SETUP: ['Session: 1', 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1'],
};

/**
 * Of a request, or of a packet of the receiver's reports between them. Null: not all of it is
 * there.
 */
function messageEnd(waiting: Buffer): number | null {
  if (waiting[0] === DOLLAR) {
    const end = waiting.length < 4 ? Number.POSITIVE_INFINITY : 4 + waiting.readUInt16BE(2);
    return end <= waiting.length ? end : null;
  }
  const end = waiting.indexOf('\r\n\r\n');
  return end === -1 ? null : end + 4;
}
