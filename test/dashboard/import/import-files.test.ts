import t, { type Test } from 'tap';
import {
  addUp,
  importFile,
  NOTHING,
} from '../../../control-plane/dashboard/src/import/import-files.ts';

/** Answers every request so, and says which there were. */
function answering(t: Test, status: number, body: unknown) {
  const asked: { address: string; type: string; bytes: number }[] = [];
  t.intercept(globalThis, 'fetch', {
    value: async (address: string, { body: sent }: { body: Blob }) => {
      asked.push({ address, type: sent.type, bytes: sent.size });
      return new Response(JSON.stringify(body), {
        status,
        headers: { 'content-type': 'application/json' },
      });
    },
  });
  return asked;
}

/** As Windows calls a zip: by no type, or by one of its own. */
const file = (name: string) => new File(['1234'], name, { type: 'application/x-zip-compressed' });

t.test('a picture is a sample, new or known, whatever type the browser says', async (t) => {
  const asked = answering(t, 201, {});
  t.same(await importFile('parts', file('1.JPG'), 'imagefolder'), { ...NOTHING, added: 1 });
  t.same(asked, [{ address: '/api/tasks/parts/samples', type: 'image/jpeg', bytes: 4 }]);
  answering(t, 200, {});
  t.match(await importFile('parts', file('1.png'), 'imagefolder'), { added: 0, known: 1 });
});

t.test('what is no picture is named, and the next goes all the same', async (t) => {
  const asked = answering(t, 422, { code: 'IMAGE_UNREADABLE', detail: 'Expected a picture.' });
  const broken = await importFile('parts', file('2.webp'), 'imagefolder');
  t.match(broken, { skipped: 1, problems: [{ file: '2.webp', reason: 'Expected a picture.' }] });
  const notes = await importFile('parts', file('notes.txt'), 'imagefolder');
  t.match(notes.problems, [{ file: 'notes.txt', reason: /^Expected \.zip, \.jpg/ }]);
  t.equal(asked.length, 1, 'of that nothing is sent');
  t.match(addUp(broken, notes), { skipped: 2, problems: [{}, { file: 'notes.txt' }] });
  answering(t, 507, { code: 'STORAGE_FULL', detail: 'The disk is full.' });
  await t.rejects(importFile('parts', file('3.jpg'), 'imagefolder'), { code: 'STORAGE_FULL' });
});

t.test('a zip is an import; a refusal that comes late is one', async (t) => {
  const report = { ...NOTHING, added: 3, labelled: 3 };
  const asked = answering(t, 200, report);
  t.same(await importFile('parts', file('a.zip'), 'label-studio'), report);
  const address = '/api/tasks/parts/import?format=label-studio';
  t.same(asked, [{ address, type: 'application/zip', bytes: 4 }]);
  answering(t, 200, { status: 400, code: 'IMPORT_INVALID', detail: 'It is damaged.' });
  await t.rejects(importFile('parts', file('a.zip'), 'imagefolder'), {
    status: 400,
    code: 'IMPORT_INVALID',
    message: 'It is damaged.',
  });
});
