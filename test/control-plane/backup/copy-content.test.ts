import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Sha256 } from '@edgeloop/protocol';
import { Database } from '@edgeloop/sqlite';
import t, { type Test } from 'tap';
import { objectPath } from '../../../control-plane/src/artifacts/object-files.ts';
import { backup, restore } from '../../../control-plane/src/backup/backup.ts';
import { copyContent } from '../../../control-plane/src/backup/copy-content.ts';
import { copyDatabase } from '../../../control-plane/src/backup/copy-database.ts';
import { namedContent } from '../../../control-plane/src/backup/named-content.ts';
import { lostByPowerCut, noPowerCut } from '../../stand/machine/lost-by-power-cut.ts';

/**
 * A data folder with reports of models, and what removes and brings one as the control plane does:
 * rows go first.
 */
function stand(t: Test) {
  const root = mkdtempSync(join(tmpdir(), 'copy-'));
  const [data, to] = [join(root, 'data'), join(root, 'to')];
  const objects = join(data, 'artifacts', 'objects');
  mkdirSync(objects, { recursive: true });
  const rows = join(data, 'control-plane.sqlite');
  const database = new Database(rows);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE model_reports (sha256 TEXT NOT NULL)');
  t.teardown(() => {
    database.close();
    rmSync(root, { recursive: true, force: true });
  });
  const digest = (name: string) => createHash('sha256').update(name).digest('hex') as Sha256;
  return {
    data,
    objects,
    to,
    rows,
    database,
    digest,
    add: (name: string) => {
      const path = join(objects, objectPath(digest(name)));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, name);
      database.prepare('INSERT INTO model_reports VALUES (?)').run(digest(name));
    },
    remove: (name: string) => {
      database.prepare('DELETE FROM model_reports WHERE sha256 = ?').run(digest(name));
      rmSync(join(objects, objectPath(digest(name))));
    },
  };
}
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

t.test('what is removed while it is copied is neither named nor there', async (t) => {
  const { objects, to, rows, digest, add, remove } = stand(t);
  for (const name of ['kept', 'removed', 'removed later']) add(name);
  let round = 0;
  const copyRows = async () => {
    const named = await copyDatabase(rows, join(to, 'rows.sqlite'), namedContent);
    round += 1;
    if (round === 1) {
      remove('removed');
      add('new');
    }
    if (round === 2) remove('new');
    if (round === 3) remove('removed later');
    return named;
  };
  mkdirSync(to);
  t.same(await copyContent({ from: objects, to: join(to, 'objects'), copyRows }), []);
  t.equal(round, 3, 'until nothing is missing');
  const copied = new Database(join(to, 'rows.sqlite'));
  t.teardown(() => copied.close());
  t.same(namedContent(copied).sort(), filesIn(join(to, 'objects')), 'what is named is there');
  t.same(filesIn(join(to, 'objects')), [digest('kept'), digest('removed later')].sort());
});

t.test('what was lost before is told, and stops nothing', async (t) => {
  const { data, to, objects, digest, add } = stand(t);
  for (const name of ['kept', 'lost']) add(name);
  rmSync(join(objects, objectPath(digest('lost'))));
  const made = await backup(data, to, { version: '1', now: new Date(0) });
  t.same(made.missing, [digest('lost')]);
  t.same(
    made.files.map(({ path }) => path),
    [join('artifacts', 'objects', objectPath(digest('kept'))), 'control-plane.sqlite'],
  );
  t.notOk(existsSync(`${to}.half`));
});

t.test(
  'a backup, and what is restored of one, stay when the power goes then',
  { skip: noPowerCut },
  async (t) => {
    const { data, to, add } = stand(t);
    for (const name of ['one', 'other']) add(name);
    mkdirSync(join(data, 'keys'));
    writeFileSync(join(data, 'keys', 'root-1.json'), '{}');
    mkdirSync(to);
    const [copy, restored] = [join(to, 'daily', '1'), join(to, 'var', 'restored')];
    const make = () => backup(data, copy, { version: '1', now: new Date(0) });
    t.same(await lostByPowerCut(to, make), []);
    t.same(await lostByPowerCut(to, () => restore(copy, restored)), []);
    t.same(
      filesIn(restored),
      filesIn(copy).filter((name) => name !== 'backup.json'),
    );
  },
);

t.test('a copy ends though another commits all the time', async (t) => {
  const { rows, to, database } = stand(t);
  database.exec('CREATE TABLE ballast (bytes BLOB)');
  const fill = database.prepare('INSERT INTO ballast VALUES (randomblob(1000000))');
  for (let i = 0; i < 40; i++) fill.run();
  const add = database.prepare('INSERT INTO model_reports VALUES (?)');
  const writer = setInterval(() => add.run('more'), 1);
  t.teardown(() => clearInterval(writer));
  mkdirSync(to);
  const count = (it: Database) => it.prepare('SELECT count(*) FROM model_reports').pluck().get();
  const seen = await copyDatabase(rows, join(to, 'rows.sqlite'), count);
  const copied = new Database(join(to, 'rows.sqlite'));
  t.teardown(() => copied.close());
  t.equal(count(copied), seen, 'as of the moment that was looked at');
});
