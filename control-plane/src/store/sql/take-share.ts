import type { Client } from 'pg';
import { ControlPlaneError } from '../../errors.ts';
import type { StoreShare } from '../store-calls.ts';

/** Any numbers that no other program in the database uses, and not that of `WRITERS`. */
const CONTROL_PLANE = 0x45_64_67_66;
const INGEST = 0x45_64_67_67;

interface Lock {
  readonly number: number;
  readonly how: 'alone' | 'shared';
  /** Why it can't be had. */
  readonly message: string;
}

const CONTROL_PLANE_ALONE: Lock = {
  number: CONTROL_PLANE,
  how: 'alone',
  message:
    'Expected a database of its own, received one that another control plane uses. End that one, on whatever machine it runs, or choose another --database.',
};
const INGEST_ALONE: Lock = {
  number: INGEST,
  how: 'alone',
  message:
    'Expected no process of "ingest" that uses the database, received one. End it, on whatever machine it runs, or add --without-ingest.',
};
const INGEST_SHARED: Lock = {
  number: INGEST,
  how: 'shared',
  message:
    'Expected a control plane with --without-ingest for the database, received one that ingests itself. Start it again with that.',
};

const LOCKS: Readonly<Record<StoreShare, readonly Lock[]>> = {
  whole: [CONTROL_PLANE_ALONE, INGEST_ALONE],
  api: [CONTROL_PLANE_ALONE],
  ingest: [INGEST_SHARED],
};

/**
 * The server knows at once that a process has ended; that its machine is gone, or cut off, after 25
 * s.
 */
const NOTICES = `
  SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3`;
/** Until who was killed just now has left its locks, in ms. */
const PATIENCE = 1000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * What `lockFolder` and `lockIngest` are on one machine, for those that share a database from
 * several: for as long as the connection lasts. One that comes about anew takes them anew.
 * @throws ControlPlaneError `DATA_IN_USE`
 */
export async function takeShare(client: Client, share: StoreShare): Promise<void> {
  await client.query(`${NOTICES}; SET lock_timeout = ${PATIENCE}`);
  for (const lock of LOCKS[share]) await take(client, lock);
  // As the connection was begun with.
  await client.query('RESET lock_timeout');
}

async function take(client: Client, { number, how, message }: Lock): Promise<void> {
  const lock = how === 'alone' ? 'pg_advisory_lock' : 'pg_advisory_lock_shared';
  try {
    await client.query(`SELECT ${lock}(${number}, hashtext(current_schema()))`);
  } catch (cause) {
    if ((cause as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw cause;
    throw new ControlPlaneError('DATA_IN_USE', message, { cause });
  }
}
