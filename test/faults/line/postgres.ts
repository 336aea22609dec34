import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  POSTGRES_SETTINGS,
  postgresProgram,
} from '../../control-plane/stand/postgres/postgres-server.ts';
import { Service } from './service.ts';

const PORT = 5432;
export const POSTGRES_URL = `postgres://edgeloop@127.0.0.1:${PORT}/postgres`;

/**
 * Debian's PostgreSQL, which does not run as root. What a kill leaves is in the kernel's cache: no
 * power is cut here.
 */
export function createPostgres(folder: string): Service {
  const id = (which: '-u' | '-g') =>
    Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }));
  const as = { uid: id('-u'), gid: id('-g') };
  const own = join(folder, 'postgres');
  mkdirSync(own);
  chownSync(own, as.uid, as.gid);
  // It has to come to its own.
  for (const above of [folder, dirname(folder)]) chmodSync(above, 0o711);
  const data = join(own, 'data');
  const given = ['--auth=trust', '--username=edgeloop', '--encoding=UTF8', '--locale=C.UTF-8'];
  execFileSync(postgresProgram('initdb'), [...given, '--no-sync', '-D', data], {
    ...as,
    cwd: own,
    stdio: 'ignore',
  });
  const settings = [...POSTGRES_SETTINGS, 'listen_addresses=127.0.0.1', `port=${PORT}`];
  return new Service({
    name: 'postgres',
    command: [
      ...[postgresProgram('postgres'), '-D', data, '-k', own],
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    as,
    log: join(folder, 'postgres.log'),
    ready: /ready to accept connections/,
  });
}
