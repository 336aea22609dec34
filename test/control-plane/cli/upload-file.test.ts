import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sha256 } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { ApiClient } from '../../../control-plane/src/cli/client/api-client.ts';
import { uploadFile } from '../../../control-plane/src/cli/client/upload-file.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-upload-'));
t.teardown(() => rm(folder, { recursive: true }));
const CONTENT = 'what a model is made of';
const path = join(folder, 'model');
await writeFile(path, CONTENT);
const file = { sha256: '0'.repeat(64) as Sha256, bytes: CONTENT.length };

/** A server that keeps so many bytes of a piece, and says how many are there. */
async function serverThatTakes(t: Test, most: number) {
  const pieces: string[] = [];
  let kept = '';
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'PATCH') {
      t.equal(request.headers['upload-offset'], String(kept.length));
      pieces.push(body);
      kept += body.slice(0, most);
    }
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ id: 'a', offset: kept.length }));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const client = new ApiClient({ server: `http://127.0.0.1:${port}`, token: null });
  t.teardown(() => {
    client.close();
    server.close();
  });
  return { client, pieces, kept: () => kept };
}

t.test('of a file of which the server takes a part, the rest is sent', async (t) => {
  const { client, pieces, kept } = await serverThatTakes(t, 10);
  await uploadFile(client, path, file);
  t.same(pieces, [CONTENT, CONTENT.slice(10), CONTENT.slice(20)]);
  t.equal(kept(), CONTENT);
});

t.test('a file of which no more arrives is told as that', async (t) => {
  const { client, pieces } = await serverThatTakes(t, 0);
  await t.rejects(uploadFile(client, path, file), {
    code: 'UPLOAD_BROKEN_OFF',
    message: /take the 23 bytes of .*model, received 0 as what is there/,
  });
  t.equal(pieces.length, 2, 'after one more try');
});

t.test('a file that is not what the manifest says is not sent', async (t) => {
  const { client, pieces } = await serverThatTakes(t, 100);
  await t.rejects(uploadFile(client, path, { ...file, bytes: 30 }), {
    code: 'PACKAGE_FILE_ALTERED',
    message: /Expected 30 bytes in .*model.*received 23/,
  });
  await t.rejects(uploadFile(client, join(folder, 'none'), file), {
    code: 'PACKAGE_FILE_MISSING',
    message: /none, to upload it: ENOENT/,
  });
  t.same(pieces, []);
});
