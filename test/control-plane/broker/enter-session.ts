import { connect, type IConnackPacket } from 'mqtt';

/** A client with a session (unless `clean`), and all that it hears from its first moment on. */
export async function enterSession(port: number, clean = false) {
  const client = connect(`mqtt://127.0.0.1:${port}`, {
    clientId: 'keeper',
    clean,
    reconnectPeriod: 0,
    resubscribe: false,
  });
  const heard: { topic: string; retain: boolean; dup: boolean }[] = [];
  client.on('message', (topic, _payload, { retain, dup }) => heard.push({ topic, retain, dup }));
  const { sessionPresent } = await new Promise<IConnackPacket>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('error', reject);
  });
  return { client, heard, sessionPresent };
}
