import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sha256 } from '@edgeloop/protocol';
import t, { type Test } from 'tap';
import { ControlPlaneClient } from '../../../trainer/src/jobs/control-plane-client.ts';
import { MODEL_UPLOADS, uploadFile } from '../../../trainer/src/jobs/upload-file.ts';
import { json } from './answering-server.ts';

const folder = await mkdtemp(join(tmpdir(), 'edgeloop-upload-'));
t.teardown(() => rm(folder, { recursive: true }));
const path = join(folder, 'model');
/** More than connections and streams hold. */
const BYTES = 8 * 1024 * 1024;
await writeFile(path, new Uint8Array(BYTES));

/**
 * Uploads to a server that reads no file before it answers; a failure ends the tries, unless told
 * otherwise.
 */
function uploading(t: Test, answer: RequestListener, { goOn = false, from = path } = {}) {
  const server = createServer(answer);
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const stop = new AbortController();
  const end = () => stop.abort(new Error('That was enough.'));
  const uploaded = async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const client = new ControlPlaneClient({
      server: new URL(`http://127.0.0.1:${port}`),
      token: 'elt_x',
      version: '1',
    });
    const file = { sha256: '0'.repeat(64) as Sha256, bytes: BYTES };
    const onFailure = goOn ? () => {} : end;
    const retry = { signal: stop.signal, random: () => 0, onFailure };
    await uploadFile(client, MODEL_UPLOADS, from, file, retry);
  };
  return { server, uploaded };
}

const OPEN_FILES = '/proc/self/fd';
const noOpenFiles = !existsSync(OPEN_FILES) && 'needs /proc';

async function isOpen(): Promise<boolean> {
  const files = await readdir(OPEN_FILES);
  const targets = files.map((file) => readlink(join(OPEN_FILES, file)).catch(() => ''));
  return (await Promise.all(targets)).includes(path);
}

async function isClosedSoon(): Promise<boolean> {
  for (let waited = 0; waited < 50 && (await isOpen()); waited++) await wait(20);
  return !(await isOpen());
}

t.test('a file that nobody begins to read does not stay open', { skip: noOpenFiles }, async (t) => {
  const { server, uploaded } = uploading(t, (_request, response) => {
    response.setHeader('connection', 'close');
    json(response, 200, { id: 'a', offset: 0 });
    server.close();
  });
  await t.rejects(uploaded(), { name: 'AbortError' });
  // It is opened meanwhile.
  await wait(50);
  t.ok(await isClosedSoon());
});

/**
 * An answer to a piece: a code, null for the whole file, or none, with so many bytes there
 * afterwards.
 */
type Answer = string | null | { readonly cutAt: number };

/** Answers to pieces, one after another; the last again and again. */
function sending(t: Test, answers: readonly Answer[]) {
  const begun: string[] = [];
  let offset = 0;
  const { uploaded } = uploading(
    t,
    ({ method }, response) => {
      if (method === 'POST') {
        begun.push('begun');
        return json(response, 200, { id: 'a', offset });
      }
      const answer = answers[Math.min(begun.length, answers.length) - 1];
      if (answer && typeof answer === 'object') {
        offset = answer.cutAt;
        return response.destroy();
      }
      response.setHeader('connection', 'close');
      if (answer)
        return json(response, 422, { code: answer, detail: 'Send it again from the start.' });
      return json(response, 200, { id: 'a', offset: BYTES });
    },
    { goOn: true },
  );
  return { begun, uploaded };
}

t.test('a file of which the control plane lost or damaged a part is begun again', async (t) => {
  for (const code of ['NOT_FOUND', 'UPLOAD_OFFSET_WRONG', 'UPLOAD_BROKEN_OFF', 'DIGEST_MISMATCH']) {
    const { begun, uploaded } = sending(t, [code, null]);
    await uploaded();
    t.equal(begun.length, 2, code);
  }
  const never = sending(t, ['DIGEST_MISMATCH']);
  await t.rejects(never.uploaded(), {
    code: 'CONTROL_PLANE_REFUSED',
    problem: 'DIGEST_MISMATCH',
    passing: false,
  });
  t.equal(never.begun.length, 3);
});

t.test('a network that breaks again and again makes no answer final that is not', async (t) => {
  const cut = { cutAt: 0 };
  const broken = sending(t, [cut, cut, cut, 'UPLOAD_BROKEN_OFF', cut, 'NOT_FOUND', null]);
  await broken.uploaded();
  t.equal(broken.begun.length, 7, 'what got no answer does not count');

  const off = 'UPLOAD_BROKEN_OFF';
  const growing = sending(t, [off, { cutAt: 10 }, off, { cutAt: 20 }, off, off, null]);
  await growing.uploaded();
  t.equal(growing.begun.length, 7, 'it counts anew when more is there');

  const damaged = sending(t, ['DIGEST_MISMATCH', { cutAt: 10 }, 'DIGEST_MISMATCH']);
  await t.rejects(damaged.uploaded(), {
    code: 'CONTROL_PLANE_REFUSED',
    problem: 'DIGEST_MISMATCH',
    passing: false,
  });
  t.equal(damaged.begun.length, 4, 'of a file that came whole more is never there');
});

t.test('a file of which there is less than there was ends the tries', async (t) => {
  const short = join(folder, 'short');
  await writeFile(short, 'a part');
  for (const [from, offset, message] of [
    [short, 6, /short, to upload it: it had \d+ bytes, and has 6\./],
    [join(folder, 'none'), 0, /none, to upload it: ENOENT/],
  ] as const) {
    const { uploaded } = uploading(
      t,
      ({ method }, response) => {
        response.setHeader('connection', 'close');
        json(response, 200, { id: 'a', offset: method === 'POST' ? 0 : offset });
      },
      { goOn: true, from },
    );
    await t.rejects(uploaded(), { code: 'UPLOAD_UNREADABLE', message });
  }
});

t.test('a file that is refused while it is read is read no more', async (t) => {
  const { uploaded } = uploading(t, ({ method }, response) => {
    if (method === 'POST') return json(response, 200, { id: 'a', offset: 0 });
    response.writeHead(409).write('{"code":"CONFLICT",');
    return setTimeout(() => response.end('"detail":"x"}'), 50);
  });
  await t.rejects(uploaded(), { problem: 'CONFLICT', code: 'CONTROL_PLANE_REFUSED' });
  await wait(50);
  t.ok(noOpenFiles || (await isClosedSoon()));
});
