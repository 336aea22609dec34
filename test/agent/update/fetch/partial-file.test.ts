import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import t from 'tap';
import { PartialFile } from '../../../../agent/src/update/fetch/partial-file.ts';

/** Can be opened, and its beginning never be read: as a file on a card that is worn out. */
const UNREADABLE = '/proc/self/mem';
const skip = !existsSync(UNREADABLE) && 'needs /proc';

/** Files of this process that are open, by number. */
function open(): string[] {
  return readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return 'closed meanwhile';
    }
  });
}

t.test('a file that can not be read is not left open', { skip }, async (t) => {
  await t.rejects(PartialFile.open(UNREADABLE), { code: 'DISK_FAILED', retry: true });
  t.notOk(open().some((path) => path.endsWith('/mem')));
});
