import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { epochMillis, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { PictureFiles } from '../../../control-plane/src/pictures/picture-files.ts';

const [DEVICE, CAMERA] = [parseId('device', 'door'), parseId('camera', 'cam0')];
const picture = (text: string) => ({ content: Buffer.from(text), capturedAt: epochMillis(1000) });

t.test(
  'a disk that is full is said in words, with the file; the picture of before stays',
  async (t) => {
    const folder = join(t.testdir(), 'cameras');
    const files = new PictureFiles(folder);
    await files.start();
    await files.write(DEVICE, CAMERA, picture('before'));
    // Where the next is written first: whatever is written there has no room.
    symlinkSync('/dev/full', join(folder, '_half', '2'));
    await t.rejects(files.write(DEVICE, CAMERA, picture('after')), {
      code: 'DISK_FULL',
      message:
        'Expected room on the disk for the picture cameras/door/cam0, received none. Free some, or move the data folder.',
      cause: { code: 'ENOSPC' },
    });
    t.same(readdirSync(join(folder, '_half')), [], 'nothing half stays');
    t.equal(String((await files.read(DEVICE, CAMERA, null))?.content), 'before');
    await files.write(DEVICE, CAMERA, picture('after'));
    t.equal(String((await files.read(DEVICE, CAMERA, null))?.content), 'after');
  },
);
