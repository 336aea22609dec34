import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { fleetRows } from '../../../control-plane/dashboard/src/fleet/rows/fleet-row.ts';
import { takeIn } from '../../../control-plane/dashboard/src/fleet/rows/known-fleet.ts';
import type { FleetView } from '../../../control-plane/src/resources/fleet.ts';
import { fleetColumns } from '../../../control-plane/src/store/read/fleet/fleet-columns.ts';
import {
  fleetDevice,
  type FleetRow as StoredRow,
} from '../../../control-plane/src/store/read/fleet/fleet-device.ts';

const [MODEL, OTHER] = ['a', 'b'].map((digit) => digit.repeat(64));
/** The registry knows one of them. */
const taskOf = (model: string) => (model === MODEL ? parseId('task', 'parts') : null);

const stored = (device: string, changes: Partial<StoredRow> = {}): StoredRow => ({
  id: 1,
  revision: 7,
  device,
  site: 'works',
  state: 'online',
  revoked: 0,
  last_seen_at: 1_000,
  reported: null,
  tags: null,
  fps: 9.876,
  inference_millis: 18.04,
  celsius: null,
  failed_at: null,
  lost_at: 5,
  restarted_at: null,
  troubles: null,
  ...changes,
});

const view = (rows: readonly StoredRow[], changes: Partial<FleetView> = {}): FleetView => ({
  revision: 7,
  whole: true,
  now: 2_000,
  silentAfterMillis: 600_000,
  total: rows.length,
  ...fleetColumns(
    rows.map((row) => fleetDevice(row, undefined)),
    () => null,
  ),
  ...changes,
});

t.test('what the control plane puts in columns is what is read from them', async (t) => {
  const reported = JSON.stringify({
    slots: {
      main: {
        model: MODEL,
        name: 'parts',
        update: { state: 'failed', reason: { message: 'No.' } },
      },
      side: { model: OTHER, name: 'doors' },
    },
    cameras: { cam0: { slot: 'main' }, cam1: { slot: 'side' } },
    agentFile: { safeMode: false, mistakes: [{ line: 3, message: 'halth: unknown key.' }] },
  });
  const cam0 = JSON.stringify({ label: 'scratch', score: 0.5 });
  const cam1 = JSON.stringify({ label: null, score: 0.25 });
  const cameras = new Map([['cam0', cam0]]).set('cam1', cam1);
  const troubles = JSON.stringify([
    ['camera', 'cam1 frozen'],
    ['clock', null],
  ]);
  const rows = [
    stored('a', { reported, tags: 'x,y', troubles }),
    stored('b', { id: 2, revoked: 1 }),
  ];
  const devices = rows.map((row) => fleetDevice(row, row.id === 1 ? cameras : undefined));
  const columns = fleetColumns(devices, taskOf);
  t.same(fleetRows(view([], { ...columns })), [
    {
      device: 'a',
      site: 'works',
      state: 'online',
      lastSeenAt: 1_000,
      fps: 9.88,
      inferenceMillis: 18,
      celsius: null,
      failedAt: null,
      lostAt: 5,
      restartedAt: null,
      cameras: [
        { camera: 'cam0', label: 'scratch', score: 0.5, task: 'parts' },
        { camera: 'cam1', label: null, score: 0.25, task: 'side' },
      ],
      slots: [
        { slot: 'main', digest: MODEL, name: 'parts' },
        { slot: 'side', digest: OTHER, name: 'doors' },
      ],
      tags: ['x', 'y'],
      updates: [{ lane: 'model/main', state: 'failed', reason: 'No.' }],
      troubles: [
        { trouble: 'file', about: 'line 3: halth: unknown key.' },
        { trouble: 'camera', about: 'cam1 frozen' },
        { trouble: 'clock', about: null },
      ],
    },
    {
      device: 'b',
      site: 'works',
      state: 'revoked',
      lastSeenAt: 1_000,
      fps: 9.88,
      inferenceMillis: 18,
      celsius: null,
      failedAt: null,
      lostAt: 5,
      restartedAt: null,
      cameras: [],
      slots: [],
      tags: [],
      updates: [],
      troubles: [],
    },
  ]);
});

t.test('what changed takes the place of what was; the rest are the same objects', async (t) => {
  const known = takeIn(null, view([stored('a'), stored('b')]), 1_500);
  t.match(known, { revision: 7, clockAhead: 500, toldAt: 2_000, silentAfterMillis: 600_000 });
  const told = view([stored('b', { state: 'offline' })], {
    whole: false,
    total: 2,
    revision: 8,
    now: 4_000,
  });
  const later = takeIn(known, told, 1_500);
  t.same([later?.revision, later?.toldAt, later?.rows.get('b')?.state], [8, 4_000, 'offline']);
  t.equal(later?.rows.get('a'), known?.rows.get('a'));
  const nothing = takeIn(later, view([], { whole: false, total: 2, revision: 9 }), 1_500);
  t.equal(nothing?.rows, later?.rows, 'nobody changed: nothing is drawn again');
});

t.test('a device that was removed is noticed: all must be asked for', async (t) => {
  const known = takeIn(null, view([stored('a'), stored('b')]), 0);
  t.equal(takeIn(known, view([], { whole: false, total: 1 }), 0), null);
  const another = view([stored('c')], { whole: false, total: 2 });
  t.equal(takeIn(known, another, 0), null, 'also where another came');
  t.equal(takeIn(null, view([], { whole: false }), 0), null, 'or nothing is known');
  const whole = takeIn(known, view([stored('c')]), 0);
  t.same([...(whole?.rows.keys() ?? [])], [parseId('device', 'c')]);
});
