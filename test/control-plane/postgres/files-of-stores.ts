import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { standsOf } from '../../stand/imports-of.ts';

const tests = fileURLToPath(new URL('../', import.meta.url));

/** Where a test has the engine that is being tested. */
const EITHER = /\/stand\/(databases|store-place)\.ts$/;
/**
 * Routes run on SQLite, for the time that they take: their stores are tested by themselves, and
 * `npm run test:long` fuzzes them all.
 */
const ROUTES = /\/stand\/(open-)?test-api\.ts$/;
const OPENS = /\b(openStores|openForReading|openForWriting|openSqlite|new Store|new StoreWriter)\(/;

const WHOLE = 'a whole control plane: rollouts/engine has the engine on either';

/** Why those run on SQLite alone. */
export const OF_SQLITE: Readonly<Record<string, string>> = {
  'database/migrations':
    'of a file of each version; postgres.test.ts has both schemas side by side',
  'database/when-free': 'the lock that a transaction has to wait for is of SQLite',
  'events/silence-watch': 'breaks and mends the file beside the store',
  'hivemq/hivemq-files': 'of the command and its file: accounts are of either',
  'ingest/ingest': 'what fails is scripted; control-plane-on-postgres.ts stores what devices send',
  'integrity/database-check': 'of damage in a file',
  'rollouts/kill': WHOLE,
  'rollouts/orders/order-effects': WHOLE,
  'rollouts/plan/complete-plan': WHOLE,
  'rollouts/rollout': WHOLE,
  'rollouts/rollout-timing': WHOLE,
  'rollouts/webhook': WHOLE,
  'store/chosen-database': 'of the folder, before a database is opened',
  'store/damaged-database': 'of damage in a file',
  'store/store': 'of threads that die, whatever they have open',
};

/** Files of tests of the control plane that open a store, without `.test.ts`. */
interface FilesOfStores {
  /** On the engine that the stands have. */
  readonly onEither: readonly string[];
  /** On SQLite, whatever the stands have; none of them for its routes. */
  readonly onSqlite: readonly string[];
}

export function filesOfStores(): FilesOfStores {
  const [onEither, onSqlite]: [string[], string[]] = [[], []];
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.startsWith('postgres/'))
    .map((file) => file.slice(0, -'.test.ts'.length))
    .sort();
  for (const name of files) {
    const stands = [...standsOf(`${tests}${name}.test.ts`, (stand) => !opensRoutes(stand))];
    if (stands.some((stand) => EITHER.test(stand))) onEither.push(name);
    else if (!stands.some(opensRoutes) && stands.some(opensStore)) onSqlite.push(name);
  }
  return { onEither, onSqlite };
}

const opensStore = (file: string) => OPENS.test(readFileSync(file, 'utf8'));
const opensRoutes = (file: string) => ROUTES.test(file);
