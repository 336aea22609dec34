import t from 'tap';
import { whoEnrolled } from '../../../control-plane/dashboard/src/setup/enrol/who-enrolled.ts';

const NAMES = ['pi-8', 'pi-9'];
for (const [what, used, device, heard, names, unnamed] of [
  ['nobody yet', 0, '', [], [], 0],
  ['one with another token of that site', 0, '', ['pi-8'], [], 0],
  ['another device than the one it is for', 0, 'pi-9', ['pi-8'], [], 0],
  ['the one it is for, on a page that nobody saw', 1, 'pi-9', [], ['pi-9'], 0],
  ['one that was heard', 1, '', ['pi-9'], ['pi-9'], 0],
  ['one that nobody heard', 1, '', [], [], 1],
  ['two, one of them with another token', 1, '', NAMES, [], 1],
  ['two, and one that nobody heard', 3, '', NAMES, NAMES, 1],
] as const) {
  t.test(`who enrolled: ${what}`, async (t) => {
    t.same(whoEnrolled({ used, device, heard }), { names, unnamed });
  });
}
