import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { millis } from '@edgeloop/protocol';
import pino from 'pino';
import t from 'tap';
import { HttpServer } from '../../../agent/src/health/http-server.ts';
import { PatientServer } from '../../../agent/src/health/patient-server.ts';
import { until } from '../../stand/until.ts';

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

t.test('a port that is taken is waited for where the agent is a service', async (t) => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  t.teardown(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const server = new HttpServer({
    host: '127.0.0.1',
    port,
    names: [],
    problems: () => [],
    details: () => ({}),
    metrics: async () => '',
    page: null,
  });
  const listening: number[] = [];
  const options = {
    server,
    onListening: (found: number) => void listening.push(found),
    log: pino({ level: 'silent' }),
    every: millis(20),
  };
  const impatient = new PatientServer({ ...options, waits: false });
  await t.rejects(impatient.start(), { code: 'HTTP_UNAVAILABLE' });
  await impatient.close();

  const patient = new PatientServer({ ...options, waits: true });
  t.teardown(() => patient.close());
  await patient.start();
  t.match(patient.problem, /Expected a free port for http.*EADDRINUSE.*http\.port/);
  await new Promise((resolve) => taken.close(resolve));
  await until(() => listening.length > 0);
  t.same([listening, patient.problem], [[port], null]);
  t.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
});
