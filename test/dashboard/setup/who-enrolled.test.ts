import t from 'tap';
import {
  enrolledWith,
  whoEnrolled,
} from '../../../control-plane/dashboard/src/setup/enrol/who-enrolled.ts';

const NAMES = ['pi-8', 'pi-9'];
for (const [what, used, device, heard, names, unnamed] of [
  ['nobody yet', 0, '', [], [], 0],
  ['another device than the one it is for', 0, 'pi-9', ['pi-8'], [], 0],
  ['the one it is for, on a page that nobody saw', 1, 'pi-9', [], ['pi-9'], 0],
  ['one that was heard', 1, '', ['pi-9'], ['pi-9'], 0],
  ['one that was heard before it was counted', 0, '', ['pi-9'], ['pi-9'], 0],
  ['one that nobody heard', 1, '', [], [], 1],
  ['two, and one that nobody heard', 3, '', NAMES, NAMES, 1],
] as const) {
  t.test(`who enrolled: ${what}`, async (t) => {
    t.same(whoEnrolled({ used, device, heard }), { names, unnamed });
  });
}

t.test(
  'who enrolls at the same site with the token of somebody else is not taken for mine',
  async (t) => {
    const event = (token: string) => ({
      subject: { site: 'hall-1', device: 'pi-8' },
      data: { enrolledWith: token },
    });
    t.equal(enrolledWith(event('mine'), 'mine'), 'pi-8');
    t.equal(enrolledWith(event('theirs'), 'mine'), null);
  },
);
