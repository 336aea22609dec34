import t from 'tap';
import {
  chooseDatabase,
  isOnPostgres,
  markOnPostgres,
} from '../../../control-plane/src/store/chosen-database.ts';
import { StoreWriter } from '../../../control-plane/src/store/write/store-writer.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

/** Of a server that is not there. */
const NOWHERE = 'postgres://edgeloop@127.0.0.1:1/edgeloop';

t.test('a power cut leaves the mark of who went to PostgreSQL', { skip: noPowerCut }, async (t) => {
  const folder = t.testdir({});
  t.same(await lostByPowerCut(folder, () => markOnPostgres(folder)), []);
  chooseDatabase(folder, NOWHERE);
  t.throws(() => chooseDatabase(folder, null), { code: 'DATA_UNUSABLE' });
});

t.test('a folder whose rows are in SQLite does not go to PostgreSQL', (t) => {
  const folder = t.testdir({ 'control-plane.sqlite': '' });
  t.throws(() => chooseDatabase(folder, NOWHERE), { code: 'DATA_UNUSABLE' });
  chooseDatabase(folder, null);
  t.end();
});

t.test('a server that was never there binds no folder to it', (t) => {
  const folder = t.testdir({});
  t.throws(() => new StoreWriter(folder, NOWHERE));
  t.notOk(isOnPostgres(folder));
  new StoreWriter(folder).close();
  t.end();
});
