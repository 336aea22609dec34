import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes } from '@edgeloop/protocol';
import t from 'tap';
import { keepFree } from '../../../control-plane/src/artifacts/keep-free.ts';
import { CONTENT, started, UPLOAD } from './stand/started.ts';

t.test(
  'content is laid out without a copy of it, and stays there when the artifact goes',
  async (t) => {
    const { artifacts, folder } = await started();
    const path = join(folder, 'laid-out');
    await t.rejects(artifacts.layOut(UPLOAD.sha256, path), { code: 'NOT_FOUND' });
    await artifacts.write(UPLOAD, [CONTENT]);
    await artifacts.layOut(UPLOAD.sha256, path);
    t.equal(statSync(path).nlink, 2, 'one content with two names');
    await artifacts.remove(UPLOAD.sha256);
    t.same(readFileSync(path), CONTENT);
  },
);

const ELSEWHERE = '/dev/shm';
const another = existsSync(ELSEWHERE) && statSync(ELSEWHERE).dev !== statSync(tmpdir()).dev;

t.test(
  'on another file system it is copied, where there is room',
  { skip: another ? false : `${ELSEWHERE} is no other file system here` },
  async (t) => {
    const elsewhere = mkdtempSync(join(ELSEWHERE, 'edgeloop-'));
    t.teardown(() => rmSync(elsewhere, { recursive: true, force: true }));
    const world = { room: true };
    const { artifacts } = await started({
      admit: async (more) => {
        if (!world.room) await keepFree(tmpdir(), bytes(Number.MAX_SAFE_INTEGER))(more);
      },
    });
    await artifacts.write(UPLOAD, [CONTENT]);
    await artifacts.layOut(UPLOAD.sha256, join(elsewhere, 'copied'));
    t.same(readFileSync(join(elsewhere, 'copied')), CONTENT);
    world.room = false;
    const full = artifacts.layOut(UPLOAD.sha256, join(elsewhere, 'refused'));
    await t.rejects(full, { code: 'DISK_FULL' });
    t.notOk(existsSync(join(elsewhere, 'refused')));
  },
);
