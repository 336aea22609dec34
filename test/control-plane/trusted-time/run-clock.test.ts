import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@edgeloop/sqlite';
import t from 'tap';
import { Clock, FAKETIME } from '../../faults/line/clock.ts';
import { ControlPlaneProcess } from '../../stand/control-plane/control-plane-process.ts';
import { edgeloop } from '../../stand/control-plane/edgeloop.ts';
import { Device } from '../../stand/fleet/device.ts';
import { STREAM } from '../../stand/fleet/messages.ts';
import { until } from '../../stand/until.ts';

t.setTimeout(180_000);

const skip = process.env.CI !== 'true' && !existsSync(FAKETIME) && 'needs libfaketime';
const DAY = 86_400_000;
const ROWS = 20;

t.test(
  'a control plane whose clock is wrong removes nothing by it, whether it runs or starts',
  { skip },
  async (t) => {
    const data = mkdtempSync(join(tmpdir(), 'clock-'));
    const clock = new Clock(join(data, '..', `clock-of-${process.pid}`));
    const controlPlane = new ControlPlaneProcess(['--data', data, '--allow-anonymous'], clock.env);
    await controlPlane.start();
    const device = new Device(controlPlane.url, 'pi-1', STREAM);
    t.teardown(async () => {
      await device.close();
      await controlPlane.kill('SIGKILL');
      rmSync(data, { recursive: true, force: true });
      rmSync(join(data, '..', `clock-of-${process.pid}`), { force: true });
    });
    const health = async () => {
      const { problems } = (await controlPlane.get('/healthz')) as { problems: string[] };
      return problems.join('\n');
    };
    const stored = async () => (await controlPlane.detections()).length;
    /** Rules run at once: a thumbnail's bound changes, and all look again. */
    let age = 30;
    const sweep = async () => {
      age += 1;
      const settings = { detectionAge: DAY, pictureAge: age * DAY };
      const body = JSON.stringify({ settings });
      const headers = { 'content-type': 'application/json' };
      const answer = await controlPlane.fetch('/api/retention', { method: 'PUT', body, headers });
      t.equal(answer.status, 200);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return stored();
    };
    device.start();
    await device.produce(ROWS);
    t.equal(await sweep(), ROWS);

    clock.jumpTo(2 ** 31 * 1000 + DAY);
    t.equal(await sweep(), ROWS, 'it leaps to 2038 while it runs');
    t.match(await health(), /^The clock says 2038-.* later than is sure/m);
    const metrics = await (await controlPlane.fetch('/metrics')).text();
    t.match(metrics, /^edgeloop_control_plane_clock_believed 0$/m);
    await device.produce(1);

    await controlPlane.kill('SIGTERM');
    await controlPlane.start();
    t.equal(await sweep(), ROWS + 1, 'it starts in 2038');
    t.match(await health(), /^The clock says 2038-/m);
    const confirmed = await edgeloop(controlPlane, 'retention', 'confirm-clock', '--yes');
    t.match(confirmed, { code: 102, stderr: /Expected a clock that agrees with yours/ });

    clock.jumpTo(Date.UTC(1970, 0, 1, 0, 5));
    t.match(await health(), /^The clock says 1970-.* before what is known/m);
    await device.produce(1);
    clock.jump(0);
    await until(async () => (await health()) === '');
    t.equal(
      await sweep(),
      ROWS + 2,
      'what came in 1970 is not old, and what came in 2038 is there',
    );

    // Off for half a year, by its own account; rows of then.
    await controlPlane.kill('SIGTERM');
    const file = new Database(join(data, 'control-plane.sqlite'));
    file.exec(`UPDATE trusted_time SET boot = 'another', at = at - ${183 * DAY};
    UPDATE detections SET received_at = received_at - ${183 * DAY}`);
    file.close();
    await controlPlane.start();
    t.equal(await sweep(), ROWS + 2);
    const doctor = await edgeloop(controlPlane, 'doctor');
    t.match(doctor, { code: 107, stdout: /183 d later than is sure[\s\S]*confirm-clock/ });
    const asked = await edgeloop(controlPlane, 'retention', 'confirm-clock');
    t.match(asked.stderr, /Removed at once, and for good: \d+ detections/);
    t.match(await edgeloop(controlPlane, 'retention', 'confirm-clock', '--yes'), {
      code: 0,
      stdout: /BELIEVED\tyes/,
    });
    t.equal(await health(), '');
    t.equal(await sweep(), 1, 'and now its age counts; the newest stays');
  },
);
