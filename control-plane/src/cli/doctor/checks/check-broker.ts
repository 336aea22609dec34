import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Finding, ok, problem } from '@edgeloop/findings';

const PATIENCE = 5_000;
const PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };
/** CONNECT of MQTT 3.1.1 as `edgeloop-doctor`, clean, without a name. [MQTT-3.1] */
const CLIENT_ID = 'edgeloop-doctor';
const CONNECT = Buffer.concat([
  Buffer.from([0x10, 12 + CLIENT_ID.length, 0, 4]),
  Buffer.from('MQTT'),
  Buffer.from([4, 0b10, 0, 10, 0, CLIENT_ID.length]),
  Buffer.from(CLIENT_ID),
]);
/** First byte of CONNACK. [MQTT-3.2] */
const CONNACK = 0x20;

/** Whether something at a URL speaks MQTT: a broker that refuses who has no name does. */
export async function checkBroker(url: string): Promise<Finding> {
  const mend = 'Is the port open, and the control plane told --mqtt-host 0.0.0.0?';
  if (!URL.canParse(url) || !(new URL(url).protocol in PORTS)) {
    return problem(
      'broker',
      `${url} is no URL of a broker`,
      '--broker mqtt://host:1883, or mqtts://',
    );
  }
  const error = await say(new URL(url));
  return error === null
    ? ok('broker', `${url} speaks MQTT`)
    : problem('broker', `${url}: ${error}`, mend);
}

function say({ protocol, hostname: host, port }: URL): Promise<string | null> {
  const to = { host, port: Number(port) || (PORTS[protocol] as number) };
  return new Promise((resolve) => {
    const socket: Socket =
      protocol === 'mqtts:'
        ? connectTls({ ...to, ...(!isIP(host) && { servername: host }), rejectUnauthorized: false })
        : connectTcp(to);
    const end = (error: string | null) => {
      resolve(error);
      socket.destroy();
    };
    socket.once(protocol === 'mqtts:' ? 'secureConnect' : 'connect', () => socket.write(CONNECT));
    socket.once('data', (bytes: Buffer) =>
      end(bytes[0] === CONNACK ? null : 'something else than a broker answers'),
    );
    socket.setTimeout(PATIENCE, () => end(`no answer within ${PATIENCE / 1000} s`));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.message || String(error.code)));
    socket.on('close', () => end('the connection was closed'));
  });
}
