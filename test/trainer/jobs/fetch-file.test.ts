import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseId } from '@edgeloop/protocol';
import t from 'tap';
import { ControlPlaneClient } from '../../../trainer/src/jobs/control-plane-client.ts';
import { fetchFile } from '../../../trainer/src/jobs/fetch-file.ts';

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 251));
const sha256 = parseId('sha256', createHash('sha256').update(CONTENT).digest('hex'));

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers one request after the other, the last answer again and again. */
async function serve(answers: readonly Answer[]) {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    (answers[Math.min(ranges.length, answers.length) - 1] as Answer)(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const folder = await mkdtemp(join(tmpdir(), 'edgeloop-fetch-'));
  t.teardown(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const client = new ControlPlaneClient({
    server: new URL(`http://127.0.0.1:${port}`),
    token: 'elt_x',
    version: '1',
  });
  const path = join(folder, 'a', 'file');
  // Waits are of no length.
  const retry = { signal: new AbortController().signal, random: () => 0 };
  return { ranges, path, fetch: () => fetchFile(client, '/file', { path, sha256 }, retry) };
}

/** As RFC 9110, 14.2 has it. */
const whole: Answer = ({ headers: { range } }, response) => {
  const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
  if (from >= CONTENT.length) response.writeHead(416).end();
  else response.writeHead(range ? 206 : 200).end(CONTENT.subarray(from));
};
const breaksOff: Answer = (_request, response) => {
  response.writeHead(200, { 'content-length': CONTENT.length });
  response.write(CONTENT.subarray(0, 70_000), () => setTimeout(() => response.destroy(), 50));
};
const busy: Answer = (_request, response) => {
  response.writeHead(503).end('{"code":"STORE_FAILED","detail":"The disk."}');
};

t.test('goes on where a connection broke off, through a time of errors', async (t) => {
  const { ranges, path, fetch } = await serve([busy, breaksOff, busy, whole]);
  await fetch();
  t.same(await readFile(path), CONTENT);
  t.equal(ranges.length, 4);
  const from = Number(/bytes=(\d+)-/.exec(ranges[3] ?? '')?.[1]);
  t.ok(from > 0 && from <= 70_000, `${ranges[3]}`);
  await fetch();
  t.equal(ranges.length, 4, 'what is there is not fetched');
});

t.test('what an earlier process held, all of it or something else, ends as the file', async (t) => {
  for (const held of [CONTENT, Buffer.alloc(9), Buffer.concat([CONTENT, CONTENT])]) {
    const { path, fetch } = await serve([whole]);
    await mkdir(join(path, '..'));
    await writeFile(`${path}.partial`, held);
    await fetch();
    t.same(await readFile(path), CONTENT);
  }
});

t.test('a refusal is final, and says why', async (t) => {
  const { ranges, fetch } = await serve([
    (_request, response) => {
      response.writeHead(403).end('{"code":"FORBIDDEN","detail":"Expected the role trainer."}');
    },
  ]);
  await t.rejects(fetch(), {
    code: 'CONTROL_PLANE_REFUSED',
    problem: 'FORBIDDEN',
    status: 403,
    message: /received 403 FORBIDDEN: Expected the role trainer/,
  });
  t.equal(ranges.length, 1);
});

t.test('the token does not follow a redirect', async (t) => {
  let asked = 0;
  const elsewhere: Answer = (_request, response) => {
    asked++;
    response.writeHead(302, { location: '/elsewhere' }).end();
  };
  const { fetch } = await serve([elsewhere, elsewhere, whole]);
  await fetch();
  t.equal(asked, 2, 'asked again instead, until it is answered');
});

t.test('a file that is damaged there is not asked for for ever', async (t) => {
  const damaged: Answer = (_request, response) => response.writeHead(200).end('something else');
  const { ranges, fetch } = await serve([damaged]);
  await t.rejects(fetch(), {
    code: 'CONTROL_PLANE_REFUSED',
    problem: 'DIGEST_MISMATCH',
    passing: false,
  });
  t.equal(ranges.length, 3);
});
