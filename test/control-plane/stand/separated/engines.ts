import type { Test } from 'tap';
import { mosquittoMissing } from '../../../stand/broker/mosquitto.ts';
import { postgresMissing } from '../postgres/postgres-server.ts';
import type { Engine } from './engine.ts';
import { openPostgresEngine } from './postgres-engine.ts';
import { openSqliteEngine } from './sqlite-engine.ts';

interface OpenedEngine {
  readonly name: string;
  /** Why it can't be tried here; false: it can. */
  readonly missing: string | false;
  /** Gone with the test. */
  readonly open: (t: Pick<Test, 'teardown'>) => Promise<Engine>;
}

export const ENGINES: readonly [sqlite: OpenedEngine, postgres: OpenedEngine] = [
  { name: 'SQLite', missing: mosquittoMissing, open: openSqliteEngine },
  { name: 'PostgreSQL', missing: mosquittoMissing || postgresMissing, open: openPostgresEngine },
];
