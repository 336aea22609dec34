import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createPlain, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { millis, parseId } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { ServerClient } from '../../../agent/src/server/server-client.ts';

const { signal } = new AbortController();
const openClient = (t: Test, url: string, ca: string | null = null) => {
  const client = new ServerClient({
    url,
    ca,
    password: () => 'sécret:1',
    device: parseId('device', 'pi-1'),
  });
  t.teardown(() => client.close());
  return client;
};

async function serve(
  t: Test,
  answer: RequestListener,
  tls?: { readonly key: string; readonly cert: string },
): Promise<string> {
  const server = tls ? createServer(tls, answer) : createPlain(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
}

/** A certificate for 127.0.0.1 that vouches for itself. */
function selfSigned(t: Test): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  spawnSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ...['-subj', '/CN=edgeloop', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'],
    ...['-keyout', key, '-out', cert],
  ]);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

t.test('a request carries the credential of the device', async (t) => {
  const headers: unknown[] = [];
  const url = await serve(t, (request, response) => {
    headers.push(request.headers.authorization);
    response.writeHead(200, { 'upload-offset': '7' }).end('hello');
  });
  const client = openClient(t, url);
  const answer = await client.send({ method: 'POST', path: '/x', headers: {}, signal });
  t.match(answer, { status: 200, headers: { 'upload-offset': '7' }, body: 'hello' });
  t.same(headers, [`Basic ${Buffer.from('pi-1:sécret:1').toString('base64')}`]);
});

const noOpenssl = spawnSync('openssl', ['version']).status !== 0 && 'needs openssl';
t.test('a server is who it says, or hears nothing', { skip: noOpenssl }, async (t) => {
  const tls = selfSigned(t);
  let asked = 0;
  const url = await serve(
    t,
    (_request, response) => {
      asked += 1;
      response.end('{}');
    },
    tls,
  );
  const request = { method: 'HEAD', path: '/', headers: {}, signal } as const;
  await t.rejects(openClient(t, url).send(request), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  await t.rejects(openClient(t, url, selfSigned(t).cert).send(request), /self-signed/);
  t.equal(asked, 0);
  t.match(await openClient(t, url, tls.cert).send(request), { status: 200 });
});

t.test('redirects are not followed', async (t) => {
  let asked = 0;
  const other = await serve(t, (_request, response) => {
    asked += 1;
    response.end();
  });
  const url = await serve(t, (_request, response) => {
    response.writeHead(307, { location: other }).end();
  });
  const client = openClient(t, url);
  t.match(await client.send({ method: 'POST', path: '/', headers: {}, signal }), { status: 307 });
  t.equal(asked, 0);
  await t.rejects(client.send({ method: 'HEAD', path: `${other}/x`, headers: {}, signal }), {
    message: /expected a path on/,
  });
});

t.test('an answer without end is not read to its end', async (t) => {
  const url = await serve(t, (_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  });
  const answer = await openClient(t, url).send({ method: 'POST', path: '/', headers: {}, signal });
  t.ok(answer.body.length <= 65_536);
});

t.test('what is ended in the middle rejects', async (t) => {
  const closing = new AbortController();
  const url = await serve(t, () => closing.abort());
  const request = { method: 'POST', path: '/', headers: {}, signal: closing.signal } as const;
  await t.rejects(openClient(t, url).send(request), { name: 'AbortError' });
});

t.test('a download comes as fast as it is read, and no faster', async (t) => {
  let written = 0;
  const url = await serve(t, (request, response) => {
    response.writeHead(206, { 'x-range': String(request.headers.range) });
    const more = () => {
      for (let going = true; going && !response.destroyed; written += 10_000) {
        going = response.write(Buffer.alloc(10_000, 7));
      }
    };
    response.on('drain', more);
    more();
  });
  const client = openClient(t, url);
  const download = await client.get({ path: '/x', signal, headers: { range: 'bytes=1-2' }, idle });
  t.match(download, { status: 206, headers: { 'x-range': 'bytes=1-2' } });
  let received = 0;
  for await (const piece of download.body) {
    t.equal(piece[0], 7);
    received += piece.length;
    if (received > 100_000) break;
  }
  t.ok(written < 64 * 2 ** 20, `${written} bytes written for ${received} that were read`);
  const again = await client.get({ path: '/x', headers: {}, idle, signal });
  again.discard();
  t.match(await client.get({ path: '/x', headers: {}, idle, signal }), { status: 206 });
});

const idle = millis(10_000);

t.test('a download that comes no further, or not at all, is given up', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/begun') response.writeHead(200).write('half');
    if (request.url === '/cut')
      response.writeHead(200, { 'content-length': 10 }).write('half', () => response.destroy());
  });
  const read = async (path: string) => {
    const { body } = await openClient(t, url).get({ path, headers: {}, idle: millis(100), signal });
    let text = '';
    for await (const piece of body) text += Buffer.from(piece).toString();
    return text;
  };
  await t.rejects(read('/silent'), { message: 'silent for 0.1 s' });
  await t.rejects(read('/begun'), { message: 'silent for 0.1 s' });
  await t.rejects(read('/cut'), { code: 'ECONNRESET' });
});

t.test('a download that is read slowly is not given up', async (t) => {
  const url = await serve(t, (_request, response) => {
    response.end(Buffer.alloc(300_000));
  });
  const { body } = await openClient(t, url).get({
    path: '/',
    headers: {},
    idle: millis(50),
    signal,
  });
  let received = 0;
  for await (const piece of body) {
    received += piece.length;
    if (received < 200_000) await delay(60);
  }
  t.equal(received, 300_000);
});

t.test('a download that waits behind another one is not given up', async (t) => {
  const url = await serve(t, (_request, response) => {
    response.end(Buffer.alloc(300_000));
  });
  const client = openClient(t, url);
  const get = () => client.get({ path: '/', headers: {}, idle: millis(100), signal });
  const first = await get();
  const second = get();
  second.catch(() => {});
  for await (const _piece of first.body) await delay(60);
  t.match(await second, { status: 200 });
});
