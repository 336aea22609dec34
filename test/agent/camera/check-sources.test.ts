import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { checkSources } from '../../../agent/src/camera/check-sources.ts';
import { parseConfig } from '../../../agent/src/config/load-config.ts';

const folder = mkdtempSync(join(tmpdir(), 'sources-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
for (const name of ['full', 'empty', 'texts', 'nested/deep', 'locked']) {
  mkdirSync(join(folder, name), { recursive: true });
}
writeFileSync(join(folder, 'full', 'a.JPG'), 'x');
writeFileSync(join(folder, 'nested', 'deep', 'a.webp'), 'x');
writeFileSync(join(folder, 'texts', 'a.txt'), 'x');
writeFileSync(join(folder, 'locked', 'a.jpg'), 'x');
chmodSync(join(folder, 'locked', 'a.jpg'), 0o000);
writeFileSync(join(folder, 'belt.mp4'), 'x');

const check = (...sources: readonly string[]) => {
  const cameras = sources.map((source, i) => `  cam${i}: { slot: main, source: { ${source} } }`);
  const text = `
site: works
device: pi-1
state: state
broker: { url: 'mqtt://127.0.0.1' }
slots: { main: { package: p } }
cameras:
${cameras.join('\n')}
`;
  return checkSources(parseConfig(text, join(folder, 'agent.yaml')).cameras);
};
const directory = (path: string) => `kind: directory, path: ${path}`;
const file = (path: string) => `kind: file, path: ${path}`;

t.test('what is there passes', async (t) => {
  await t.resolves(
    check(directory('full'), directory('nested'), file('belt.mp4'), 'kind: synthetic'),
  );
});

for (const [name, source, message] of [
  ['a folder that is not there', directory('none'), /expected a folder of JPEG.*none: ENOENT/],
  ['an empty folder', directory('empty'), /received none among 0 files/],
  ['a folder of texts', directory('texts'), /received none among 1 file\./],
  ['a file for a folder', directory('belt.mp4'), /received no folder: .*use kind: file/],
  [
    'a folder for a file',
    file('full'),
    /expected a video file, received a folder.*kind: directory/,
  ],
  ['a video that is not there', file('none.mp4'), /expected a video file.*none\.mp4: ENOENT/],
] as const) {
  t.test(name, async (t) => {
    await t.rejects(check(source), { code: 'CONFIG_INVALID', message });
  });
}

t.test('every mistake is told', async (t) => {
  await t.rejects(check(directory('none'), 'kind: synthetic', file('full')), {
    message: /^cameras\.cam0\.source\.path: .*\ncameras\.cam2\.source\.path: .*$/,
  });
});

const asRoot = process.getuid?.() === 0 && 'root may read anything';
t.test('what this user may not read', { skip: asRoot }, async (t) => {
  await t.rejects(check(directory('locked')), { message: /that this user may read.*EACCES/ });
});
