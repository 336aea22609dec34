import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { runHere } from './stand/run-here.ts';

/** The first stream breaks off before it tells anything; the next one tells these, and stays. */
const told = [
  { device: 'pi-1', camera: 'cam0', stream: 'one', score: 0.9, seq: 1 },
  { device: 'pi-1', camera: 'cam0', stream: 'two', score: 0.4, seq: 2 },
  { device: 'pi-1', camera: 'cam0', stream: 'two', score: 0.9, seq: 3 },
];
let streams = 0;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': listening\n\n');
  streams += 1;
  if (streams === 1) return response.end();
  for (const data of told) {
    response.write(`event: detection.stored\ndata: ${JSON.stringify({ data })}\n\n`);
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
t.teardown(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const list = ['--server', url, '--token', 'elt_any', '--json', 'detections', 'list'];

t.test('those that are followed are picked by stream and score, too; a gap is told', async (t) => {
  const interrupt = new AbortController();
  let seen = '';
  const onStdout = (text: string) => {
    seen += text;
    interrupt.abort();
  };
  const options = { signal: interrupt.signal, onStdout };
  const follow = ['--follow', '--stream', 'two', '--min-score', '0.5'];
  const { code, stderr } = await runHere(options, ...list, ...follow);
  t.equal(code, 130);
  t.match(JSON.parse(seen), { seq: 3 });
  t.match(stderr, /some events may be missing/);
});

t.test('what does not go with --follow is refused, and not dropped', async (t) => {
  for (const [name, value] of [
    ['--from', '2026-11-26T12:00:00.000Z'],
    ['--to', '2026-11-26T12:00:00.000Z'],
    ['--order', 'oldest'],
    ['--limit', '5'],
    ['--cursor', 'x'],
  ] as const) {
    const refused = await runHere({}, ...list, '--follow', name, value);
    t.match(refused, { code: 65, stderr: new RegExp(`--follow.*cannot be used with.*${name}`) });
  }
});

t.test('a score that is none is refused', async (t) => {
  for (const score of ['abc', '1.1', '-0.1', '']) {
    const refused = await runHere({}, ...list, `--min-score=${score}`);
    t.match(refused, { code: 65, stderr: /Expected a score from 0 to 1/ }, score);
  }
});
