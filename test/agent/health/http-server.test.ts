import t from 'tap';
import { HttpServer } from '../../../agent/src/health/http-server.ts';

t.test('who looks does not end the agent, whatever goes wrong then', async (t) => {
  const fail = () => {
    throw new TypeError('Invalid URL');
  };
  const server = new HttpServer({
    host: '127.0.0.1',
    port: 0,
    names: [],
    problems: fail,
    details: () => ({}),
    metrics: async () => fail(),
    page: { handle: ({ pathname }) => pathname === '/page/state' && fail() },
  });
  const port = await server.start();
  t.teardown(() => server.close());
  for (const path of ['/page/state', '/healthz', '/metrics']) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    t.equal(response.status, 500, path);
    t.same(await response.json(), { error: 'Invalid URL' });
  }
});

t.test('HEAD asks as GET does, as wget --spider; nothing else is taken', async (t) => {
  const server = new HttpServer({
    host: '127.0.0.1',
    port: 0,
    names: [],
    problems: () => ['the camera is away'],
    details: () => ({}),
    metrics: async () => '',
    page: null,
  });
  const port = await server.start();
  t.teardown(() => server.close());
  const ask = (path: string, method: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method });
  const health = await ask('/healthz', 'HEAD');
  t.same([health.status, await health.text()], [503, '']);
  t.equal((await ask('/metrics', 'HEAD')).status, 200);
  const other = await ask('/healthz', 'POST');
  t.same([other.status, other.headers.get('allow')], [405, 'GET, HEAD']);
});
