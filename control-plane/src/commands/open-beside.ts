import { type Database, openStores } from '../database/open-stores.ts';
import { ControlPlaneError } from '../errors.ts';
import { isOnPostgres } from '../store/chosen-database.ts';
import { hasData } from '../store/open-database.ts';
import { type DatabaseOptions, readDatabaseUrl } from './database-options.ts';

interface BesideOptions extends DatabaseOptions {
  readonly data: string;
}

/**
 * The stores of a control plane that has begun, also while it runs. Ends by `destroy()`.
 * @throws ControlPlaneError `OPTION_INVALID`
 */
export function openBeside({ data, ...database }: BesideOptions): Database {
  const url = readDatabaseUrl(database, process.env);
  if (url === null && isOnPostgres(data)) {
    const message = `Expected --database as run has it, since the rows of ${data} are in PostgreSQL, received none.`;
    throw new ControlPlaneError('OPTION_INVALID', message);
  }
  if (url === null ? hasData(data) : isOnPostgres(data)) return openStores(data, url);
  const message = `Expected the data folder of a control plane for --data, received ${data}.`;
  throw new ControlPlaneError('OPTION_INVALID', message);
}
