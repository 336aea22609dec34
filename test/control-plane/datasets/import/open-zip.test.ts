import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { bytes, mebibytes } from '@edgeloop/protocol';
import t from 'tap';
import { ZipFile } from 'yazl';
import {
  openZip,
  type SafeZip,
  type ZipEntry,
} from '../../../../control-plane/src/datasets/import/open-zip.ts';
import { storedZip } from '../../../stand/stored-zip.ts';

const folder = mkdtempSync(join(tmpdir(), 'zip-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const zeros = await pack(Buffer.alloc(mebibytes(10)));
const LIMITS = { entries: 5, bytes: mebibytes(20), ratio: 200 };
const path = join(folder, 'import.zip');

function open(zip: Uint8Array, limits = LIMITS) {
  writeFileSync(path, zip);
  return openZip(path, limits);
}

t.test('files come whole, without folders, hidden ones and what macOS adds', async (t) => {
  const zip = await open(
    storedZip({
      'good/': '',
      'good/1.jpg': 'one',
      '.git/2.jpg': 'two',
      'good/.DS_Store': 'x',
      '__MACOSX/good/1.jpg': 'x',
    }),
  );
  t.same(
    zip.entries.map(({ path, bytes }) => [path, bytes]),
    [['good/1.jpg', 3]],
  );
  t.same(await zip.entries[0]?.read(), Buffer.from('one'));
  zip.close();
});

const link = (entry: Buffer) => entry.writeUInt32LE((0o120777 << 16) >>> 0, 38);
const big = 'x'.repeat(100_000);

for (const [name, zip, message] of [
  ['a path that climbs', storedZip({ '../evil.jpg': 'x' }), /invalid relative path/],
  ['one that climbs within', storedZip({ 'good/../../evil.jpg': 'x' }), /invalid relative path/],
  ['an absolute path', storedZip({ '/etc/evil.jpg': 'x' }), /absolute path/],
  ['a drive', storedZip({ 'C:/evil.jpg': 'x' }), /absolute path/],
  ['a backslash', storedZip({ '..\\evil.jpg': 'x' }), /invalid characters/],
  ['a link', storedZip({ 'good/1.jpg': '/etc/passwd' }, link), /link or device/],
  [
    'an encrypted file',
    storedZip({ 'good/1.jpg': 'x' }, (entry) => {
      entry.writeUInt16LE(1, 8);
      entry.writeUInt32LE(13, 20);
    }),
    /encrypted/,
  ],
  [
    'too many files',
    storedZip(Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`good/${i}.jpg`, 'x']))),
    /6 files, where 5 are allowed/,
  ],
  [
    'files that share their bytes',
    storedZip({ 'a/1': big, 'a/2': '', 'a/3': '' }, (entry, name) => {
      if (name === 'a/1') return;
      entry.writeUInt32LE(big.length, 20);
      entry.writeUInt32LE(big.length, 24);
      entry.writeUInt32LE(0, 42);
    }),
    /overlap/,
  ],
  ['a bomb', zeros, /more than 200 to 1/],
] as const) {
  t.test(`${name} is refused before anything is read`, (t) =>
    t.rejects(open(zip), { code: 'ZIP_UNSAFE', message }),
  );
}

t.test('more than may be unpacked is refused', (t) =>
  t.rejects(open(storedZip({ 'a/1': big }), { ...LIMITS, bytes: bytes(99_999) }), {
    code: 'ZIP_UNSAFE',
    message: /99999 bytes/,
  }),
);

for (const [name, zip] of [
  ['no zip', Buffer.from('not a zip at all, but long enough to be one')],
  ['nothing', Buffer.alloc(0)],
  ['one that is cut short', storedZip({ 'good/1.jpg': big }).subarray(0, 50_000)],
] as const) {
  t.test(`${name} is refused`, (t) => t.rejects(open(zip), { code: 'IMPORT_INVALID' }));
}

t.test('a file that is not what the directory says is told when it is read', async (t) => {
  const damaged = storedZip({ 'good/1.jpg': 'one' });
  damaged[30 + 'good/1.jpg'.length] = 0x21;
  const zip = await open(damaged);
  await t.rejects(first(zip).read(), { code: 'IMPORT_INVALID', message: /1.jpg is damaged/ });
  zip.close();
  const lying = await pack(Buffer.from('one'.repeat(1000)));
  lying.writeUInt32LE(9000, lying.indexOf('PK\x01\x02') + 24);
  const longer = await open(lying);
  await t.rejects(first(longer).read(), { code: 'IMPORT_INVALID' });
  longer.close();
});

const first = (zip: SafeZip) => zip.entries[0] as ZipEntry;

async function pack(content: Buffer): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(content, 'good/1.jpg');
  zip.end();
  return buffer(zip.outputStream as Readable);
}
