/** Packets of MQTT 3.1.1 as a device writes them; no more than the bench needs. */

export interface Login {
  readonly clientId: string;
  readonly username?: string;
  readonly password?: string;
}

const CLEAN = 2;
const PASSWORD = 0x40;
const USERNAME = 0x80;

/** Without keepalive: nobody ends an idle connection. */
export function connectPacket({ clientId, username, password }: Login): Buffer {
  const named = username !== undefined && password !== undefined;
  const flags = CLEAN | (named ? USERNAME | PASSWORD : 0);
  return packet(0x10, [
    ...[text('MQTT'), Buffer.of(4, flags, 0, 0), text(clientId)],
    ...(named ? [text(username), text(password)] : []),
  ]);
}

/** With QoS 1. */
export function subscribePacket(id: number, filters: readonly string[]): Buffer {
  const wanted = filters.flatMap((filter) => [text(filter), Buffer.of(1)]);
  return packet(0x82, [word(id), ...wanted]);
}

/** With QoS 1. */
export function publishPacket(id: number, topic: Buffer, payload: Buffer): Buffer {
  return packet(0x32, [topic, word(id), payload]);
}

export const pubackPacket = (id: number): Buffer => Buffer.of(0x40, 2, id >> 8, id & 255);

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([word(bytes.length), bytes]);
}

const word = (value: number) => Buffer.of(value >> 8, value & 255);

function packet(first: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header = [first];
  for (let rest = length; ; ) {
    header.push((rest & 127) | (rest > 127 ? 128 : 0));
    rest >>= 7;
    if (rest === 0) return Buffer.concat([Buffer.from(header), ...parts]);
  }
}
