import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { Check } from 'typebox/value';
import { detectionLines } from '../../../control-plane/src/api/csv/detection-lines.ts';
import { DetectionMix } from '../../../control-plane/src/resources/detection-mix.ts';
import { Store } from '../../../control-plane/src/store/store.ts';
import { MIDNIGHT, MODEL, OTHER_STREAM, STREAM } from '../../stand/fleet/messages.ts';
import { bearer, createTestApi } from '../stand/test-api.ts';
import { row } from '../store/records.ts';

const ROWS = 2500;
const folder = mkdtempSync(join(tmpdir(), 'store-'));
const store = new Store(folder);
await store.start();
const { app, tokens } = await createTestApi(t, { folder, store });
t.teardown(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const viewer = await bearer(tokens, 'viewer');
const get = (url: string, authorization = viewer) =>
  app.inject({ url, headers: { authorization } });

await store.commit(Array.from({ length: ROWS }, (_, i) => row(i + 1)));
await store.commit([
  row(
    1,
    {
      stream: OTHER_STREAM,
      type: 'end',
      label: '=cmd|"x"',
      score: 0.5,
      topScore: 0.75,
      occurrence: 'o1',
      startedAt: '2026-11-24T00:00:00.000Z',
      frames: 9,
      endedAt: '2026-11-24T00:00:02.000Z',
    },
    { device: 'pi-2', site: 'yard' },
  ),
]);

t.test('everything as CSV, oldest first', async (t) => {
  const response = await get('/api/detections.csv?order=oldest');
  t.equal(response.statusCode, 200);
  t.match(response.headers, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="detections.csv"',
  });
  const lines = response.body.split('\r\n');
  t.equal(lines.length, 1 + ROWS + 1 + 1, 'a header, and a line end behind the last');
  t.equal(
    lines[0],
    'id,capturedAt,receivedAt,site,device,camera,type,label,score,occurrence,topScore,startedAt,endedAt,frames,slot,model,stream,seq,replayed',
  );
  t.equal(
    lines[1],
    `1,2026-11-24T00:00:01.000Z,2026-11-24T00:00:00.000Z,works,pi-1,cam0,frame,scratch,0.9,,,,,,main,${MODEL},${STREAM},1,false`,
  );
  t.equal(new Set(lines).size, lines.length, 'pages meet without a repetition');
});

t.test('what is filtered, and no formula', async (t) => {
  const { body } = await get('/api/detections.csv?device=pi-2');
  const [, line, end, ...rest] = body.split('\r\n');
  t.match(
    line,
    /,yard,pi-2,cam0,end,"'=cmd\|""x""",0.5,o1,0.75,2026-11-24T00:00:00.000Z,2026-11-24T00:00:02.000Z,9,main,/,
  );
  t.same([end, rest], ['', []]);
});

t.test('nothing is read for who asks for the head alone', async (t) => {
  const headers = { authorization: viewer };
  for (const url of ['/api/detections.csv', '/api/events']) {
    t.equal((await app.inject({ method: 'HEAD', url, headers })).statusCode, 405, url);
  }
});

t.test('a page is read when the one before was taken', async (t) => {
  let pages = 0;
  const query = { order: 'oldest', limit: 1000 } as const;
  const readPage = (cursor?: string) => {
    pages += 1;
    return store.read('listDetections', { ...query, ...(cursor && { cursor }) });
  };
  const lines = detectionLines(await readPage(), readPage);
  await lines.next();
  await lines.next();
  t.equal(pages, 1);
  await lines.next();
  t.equal(pages, 2);
  await lines.return(undefined);
});

t.test('what is no question is refused', async (t) => {
  for (const url of [
    '/api/detections.csv?limit=5',
    '/api/detections.csv?order=stored',
    '/api/detections.csv?from=yesterday',
    '/api/detections/mix?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z',
    '/api/detections/mix?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z&bucket=2h',
    '/api/detections/mix?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z&bucket=1m',
  ]) {
    t.equal((await get(url)).statusCode, 400, url);
  }
  t.equal((await get('/api/detections.csv', 'Bearer nobody')).statusCode, 401);
});

t.test('the mix of classes over time', async (t) => {
  const times = `from=${new Date(MIDNIGHT).toISOString()}&to=2026-11-24T01:00:00Z`;
  const { body } = await get(`/api/detections/mix?${times}&bucket=15m`);
  const mix = JSON.parse(body);
  t.ok(Check(DetectionMix, mix));
  t.same(mix.classes, [{ label: 'scratch', counts: [899, 900, ROWS - 1799, 0] }]);
});
