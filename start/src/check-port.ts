import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartError } from './errors.ts';

/** Before minutes of training rather than after. @throws StartError `PORT_IN_USE` */
export async function checkPort(port: number, what: string, option: string): Promise<void> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const message = `Expected a free port for ${what}, received ${port}: ${(cause as Error).message}. Choose another with ${option}, 0 for any.`;
    throw new StartError('PORT_IN_USE', message, { cause });
  }
  server.close();
  await once(server, 'close');
}
