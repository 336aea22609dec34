import { bytes, parseId } from '@edgeloop/protocol';
import t from 'tap';
import { raiseForDrift } from '../../../../control-plane/src/jobs/drift/raise-for-drift.ts';
import {
  allotFleet,
  type ServingDevice,
} from '../../../../control-plane/src/samples/budget/allot-fleet.ts';

t.test('a device that drifts samples more, of the same budget', (t) => {
  const task = parseId('task', 'parts');
  const serving = (device: string) =>
    ({ device: parseId('device', device), tasks: [task], uncertainty: 0.1 }) as ServingDevice;
  const devices = [serving('door'), serving('gate')];
  const budget = { perHour: 100, perDay: 1000, bytesPerDay: bytes(1e9) };
  const perHour = (of: readonly ServingDevice[]) =>
    [...allotFleet(new Map([[task, budget]]), of).values()].map((part) => part.perHour);
  t.same(perHour(raiseForDrift(devices, [])), [50, 50]);
  const [door = 0, gate = 0] = perHour(
    raiseForDrift(devices, [{ device: serving('gate').device }]),
  );
  t.ok(gate > 65, `${gate}`);
  t.equal(door + gate, 100);
  t.end();
});
