/**
 * A control plane, as it is built, that ends itself as by SIGKILL where something is on disk that nobody knows of yet: once at each
 * point whose name begins so. Arguments: its configuration, the file of points that it has died at, how their names begin.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import pino from 'pino';
import { ControlPlane } from '../../../../control-plane/dist/control-plane.js';

const [config, file, kind] = process.argv.slice(2);
const passed = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);

const controlPlane = new ControlPlane(JSON.parse(config), {
  log: pino({ level: process.env.TEST_LOG ?? 'silent' }, pino.destination(2)),
  version: '1',
  now: Date.now,
  random: Math.random,
  clientId: `control-plane-${process.pid}`,
  checkpoint(key) {
    if (!key.startsWith(kind) || passed.has(key)) return;
    appendFileSync(file, `${key}\n`);
    process.kill(process.pid, 'SIGKILL');
  },
});
const { api, broker } = await controlPlane.start();
process.stdout.write(`${JSON.stringify({ api, mqtt: broker.mqtt })}\n`);
process.on('SIGTERM', () => void controlPlane.close().then(() => process.exit(0)));
