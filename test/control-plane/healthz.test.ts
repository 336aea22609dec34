import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { ControlPlaneProcess } from '../stand/control-plane/control-plane-process.ts';
import { Device } from '../stand/fleet/device.ts';
import { STREAM } from '../stand/fleet/messages.ts';
import { until } from '../stand/until.ts';

t.test(
  "/healthz says that the broker's file can't be written, and that it can again",
  async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'healthz-'));
    const controlPlane = new ControlPlaneProcess(['--data', data, '--allow-anonymous']);
    await controlPlane.start();
    const device = new Device(controlPlane.url, 'pi-1', STREAM);
    t.teardown(async () => {
      await device.close();
      await controlPlane.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
    });
    const file = new Database(join(data, 'broker.sqlite'));
    t.teardown(() => file.close());
    const health = async () => {
      const response = await controlPlane.fetch('/healthz');
      return { status: response.status, ...((await response.json()) as { problems: string[] }) };
    };
    t.match(await health(), { status: 200, problems: [] });
    // As a full disk does it.
    file.exec(`CREATE TRIGGER full BEFORE INSERT ON retained
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`);
    device.start();
    await until(async () => (await health()).status === 503);
    t.match(await health(), { problems: [/retained messages are not written: .*disk is full/] });
    file.exec('DROP TRIGGER full');
    await until(async () => (await health()).status === 200);
    t.same((await health()).problems, []);
  },
);
