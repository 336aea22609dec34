import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const MAIN = fileURLToPath(new URL('../../start/dist/main.js', import.meta.url));

for (const [option, value, expected] of [
  ['--port', 'x', 'a port from 0 to 65535'],
  ['--mqtt-port', '65536', 'a port from 0 to 65535'],
  ['--threads', '0', 'a number of processor cores from 1 on'],
] as const) {
  t.test(`${option} ${value} is told by the option`, async (t) => {
    const args = [MAIN, option, value];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    t.equal(stderr, `${option}: Expected ${expected}, received "${value}".\n`);
    t.equal(status, 70);
  });
}
