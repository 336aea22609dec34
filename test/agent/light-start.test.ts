import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const MAIN = fileURLToPath(new URL('../../agent/dist/main.js', import.meta.url));
const HOOKS = `export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  process._rawDebug(found.url);
  return found;
}`;
const REGISTER = `import { register } from 'node:module';
  register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOKS)}`)});`;

/** Addresses of what the agent's program loads. */
function loaded(...args: string[]): string {
  const hooks = `data:text/javascript,${encodeURIComponent(REGISTER)}`;
  return spawnSync(process.execPath, ['--import', hooks, MAIN, ...args], { encoding: 'utf8' })
    .stderr;
}

t.test('the agent loads a command, and what writes metrics, by then alone', async (t) => {
  const other = loaded('outbox', '--config', '/nowhere/agent.yaml');
  t.match(other, /agent\/dist\/agent\.js/, 'what runs is loaded');
  for (const late of [
    'prom-client',
    'simulate/simulate.js',
    'doctor/examine-device.js',
    'enrol/enrol-device.js',
    'head/offline-heads.js',
  ]) {
    t.notOk(other.includes(late), late);
  }
  t.ok(loaded('simulate', '--devices', '1').includes('simulate/simulate.js'));
});
