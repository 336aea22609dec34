import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { MIGRATIONS } from '../../../control-plane/src/database/migrations/migrations.ts';
import { openSqlite } from '../../../control-plane/src/store/open-database.ts';

/** SHA-256 of each step that was released. A line is added with each release, and never changed. */
const RELEASED = [
  '6a5d8480',
  'aa9f6c41',
  '9e2d47d9',
  '716d8151',
  '202e1893',
  'cc9b9761',
  '3d550e6a',
  '51c98b93',
  '8f4fb1c0',
  'a6cfa181',
  'e20c22a9',
  '7da9ea8a',
  '4f6ee4dd',
  '392851a1',
  '46df4306',
  '97f0fb85',
  'e7802bef',
  '5c06db9a',
  '406f24c4',
  'd86e2402',
  '12ab5ffc',
  '5f453e7f',
];

const digest = (text: string) =>
  createHash('sha256').update(text.replace(/\s+/g, ' ').trim()).digest('hex');

t.test('a step that was released is never changed', async (t) => {
  t.same(
    MIGRATIONS.slice(0, RELEASED.length).map((step) => digest(step).slice(0, 8)),
    RELEASED,
  );
});

const schemaOf = (database: Database) =>
  database.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();

function emptyFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const fresh = openSqlite(emptyFolder());
const expected = schemaOf(fresh);
fresh.close();

/** From which step on there are thumbnails, and what devices hold of them. */
const [PICTURES, HOLDINGS] = [15, 19];
/** From which step on there are labels, and which of them an import brought. */
const [LABELS, IMPORTED] = [5, 30];
/** From which step on there are assignments of configurations, and which of them take back. */
const [CONFIGURATIONS, TAKEN_BACK] = [11, 28];
/** From which step on there are rollouts, and the order of what they told a device. */
const [ROLLOUTS, ORDER_OF_TELLING] = [8, 29];
/** One was told, and ended by a clock that was set back; another was left. */
const TOLD = `
  INSERT INTO rollouts (id, name, lane, cargo, plan, priority, state, revision, wave, cutoffs,
      since, created_at, created_by)
    VALUES ('a', 'a', 'model/main', 'm', '{}', 0, 'completed', 1, 0, '[]', 5, 5, 'me');
  INSERT INTO rollout_devices (rollout, device, wave, state, since, told_at, attempts) VALUES
    ('a', 'pi-1', 0, 'done', 5, 7, 1),
    ('a', 'pi-2', 0, 'skipped', 6, NULL, 0);
`;

for (let version = 1; version < MIGRATIONS.length; version++) {
  t.test(`from version ${version}, with rows, to the newest`, async (t) => {
    const folder = emptyFolder();
    const old = new Database(join(folder, 'control-plane.sqlite'));
    for (const step of MIGRATIONS.slice(0, version)) old.exec(step);
    old.pragma(`user_version = ${version}`);
    old.exec(`
      INSERT INTO devices (id, device, site, first_seen_at) VALUES (1, 'pi-1', 'hall', 5);
      INSERT INTO models VALUES (1, 'm');
      INSERT INTO streams (id, device_id, stream, through, stored, touched_at) VALUES (1, 1, 's', 1, 1, 5);
      INSERT INTO detections VALUES (1, 1, 1, 1, 'hall', 'cam0', 'main', 1, 'frame', 'good', 0.5, 5, 5, '{}');
    `);
    const pictured = version >= PICTURES && version < HOLDINGS;
    if (pictured) {
      old.exec(`
        INSERT INTO occurrence_pictures VALUES (1, 'pi-1', 'a', 'cam0', 5, 5, 30);
        INSERT INTO occurrence_pictures VALUES (2, 'pi-1', 'b', 'cam0', 5, 5, 12);
      `);
    }
    const configured = version >= CONFIGURATIONS && version < TAKEN_BACK;
    if (configured) {
      old.exec(`
        INSERT INTO configuration_assignments VALUES (1, 'pi-1', NULL, 'token:me', 5);
        INSERT INTO configuration_assignments VALUES (2, 'pi-1', NULL, 'rollout:a', 5);
        INSERT INTO configuration_assignments VALUES (3, 'pi-2', NULL, 'rollout:a', 5);
        INSERT INTO configuration_assignments VALUES (4, 'pi-1', NULL, 'rollout:a', 5);
        INSERT INTO configuration_assignments VALUES (5, 'pi-1', NULL, 'token:me', 5);
      `);
    }
    const rolled = version >= ROLLOUTS && version < ORDER_OF_TELLING;
    if (rolled) old.exec(TOLD);
    const labelled = version >= LABELS && version < IMPORTED;
    if (labelled) {
      old.exec(`
        INSERT INTO samples (id, task, sha256, bytes, type, width, height, look, origin, group_id, side, straddles, received_at)
          VALUES (1, 'parts', 'a', 5, 'image/jpeg', 8, 8, '', 'imported', 'a', 'train', 0, 5);
        INSERT INTO sightings (id, sample_id, task, received_at, reasons, scores, imported_by)
          VALUES (1, 1, 'parts', 5, '[]', '{}', 'token:me');
        INSERT INTO label_events (id, sample_id, task, said_by, said_at, settles, kind, class)
          VALUES (1, 1, 'parts', 'token:me', 5, 0, 'class', 'good'),
            (2, 1, 'parts', 'token:you', 5, 0, 'class', 'good'),
            (3, 1, 'parts', 'token:me', 5, 1, 'class', 'bad');
      `);
    }
    old.close();
    const now = openSqlite(folder);
    t.same(schemaOf(now), expected, 'the schema of a new one');
    t.match(now.prepare('SELECT d.seq, device FROM detections d, devices').all(), [
      { seq: 1, device: 'pi-1' },
    ]);
    t.same(
      now.prepare('SELECT * FROM picture_holdings').all(),
      pictured ? [{ device: 'pi-1', bytes: 42 }] : [],
    );
    const back = now.prepare('SELECT id FROM configuration_assignments WHERE takes_back = 1');
    t.same(back.pluck().all(), configured ? [4] : []);
    const moves = now.prepare('SELECT move_number, told_number FROM rollout_devices').raw().all();
    const ordered = [
      [7, 7],
      [6, null],
    ];
    t.same(moves, rolled ? ordered : []);
    const imported = now.prepare('SELECT id FROM label_events WHERE imported = 1');
    t.same(imported.pluck().all(), labelled ? [1] : []);
    t.equal(now.pragma('integrity_check', { simple: true }), 'ok');
    t.same(now.pragma('foreign_key_check'), []);
    now.close();
  });
}
