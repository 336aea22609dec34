import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Test } from 'tap';
import { connectPostgres } from '../../../control-plane/src/database/postgres/connect-postgres.ts';
import { Certificates } from '../../stand/broker/certificates.ts';
import { OwnDatabase } from '../stand/postgres/own-database.ts';

/**
 * Neither is a server believed that can't show who it is, nor is anybody let in who has not the
 * password.
 */
export async function whoIsLetIn(t: Test, { url }: OwnDatabase, ca: string): Promise<void> {
  const withPassword = (password: string, ssl: string) => {
    const whole = new URL(`${url}${ssl}`);
    whole.password = encodeURIComponent(password);
    return whole.href;
  };
  const refusal = async (whole: string): Promise<string> => {
    const client = await connectPostgres(whole).catch((error: Error) => error);
    if (client instanceof Error) return client.message;
    await client.end();
    return 'none';
  };
  const verified = `?sslmode=verify-full&sslrootcert=${ca}`;
  const { PASSWORD } = OwnDatabase;
  t.equal(await refusal(withPassword(PASSWORD, verified)), 'none');
  const wrong = await refusal(withPassword('SECRET', verified));
  t.match(wrong, /password authentication failed/);
  t.notMatch(wrong, /SECRET/);
  t.match(await refusal(withPassword(PASSWORD, '')), /no pg_hba.conf entry.*no encryption/);
  const another = `?sslmode=verify-full&sslrootcert=${new Certificates('Another').ca}`;
  t.match(await refusal(withPassword(PASSWORD, another)), /certificate/);

  // Somebody between the two who says that there is no TLS.
  const heard: Buffer[] = [];
  const between = createServer((socket) => {
    socket.on('error', () => {}).on('data', (bytes) => heard.push(bytes) && socket.write('N'));
  }).listen(0, '127.0.0.1');
  t.teardown(() => between.close());
  await once(between, 'listening');
  const there = new URL(withPassword(PASSWORD, verified));
  there.port = String((between.address() as AddressInfo).port);
  t.match(await refusal(there.href), /does not support SSL/);
  t.equal(Buffer.concat(heard).toString('hex'), '0000000804d2162f', 'SSLRequest, and nothing more');
}
