import { epochMillis, millis, type Sha256 } from '@edgeloop/protocol';
import pino from 'pino';
import type { Test } from 'tap';
import { SimulatedFleet } from '../../../agent/src/simulate/fleet/simulated-fleet.ts';
import { parseScenario } from '../../../agent/src/simulate/scenario/load-scenario.ts';
import type { ControlPlaneProcess } from '../control-plane/control-plane-process.ts';

interface SimulatedFleetOptions {
  readonly site: string;
  readonly devices: number;
  /** Of `edgeloop-agent simulate`. */
  readonly scenario: object;
  readonly models: Readonly<Record<string, Sha256>>;
}

/**
 * Devices of a site, `<site>-0`, `<site>-1`, …; enrolled and connected. They leave with the test.
 */
export async function startSimulatedFleet(
  t: Pick<Test, 'teardown'>,
  controlPlane: ControlPlaneProcess,
  { site, devices, scenario, models }: SimulatedFleetOptions,
): Promise<void> {
  const token = await controlPlane.enrolmentToken({ uses: devices, replace: true }, site);
  const fleet = new SimulatedFleet({
    scenario: parseScenario(JSON.stringify(scenario), `${site}.yaml`, models),
    devices,
    prefix: site,
    rootFile: null,
    perSecond: 200,
    version: '0.1.0',
    pictures: 0,
    admission: {
      kind: 'enrol',
      server: { url: `http://127.0.0.1:${controlPlane.apiPort}`, ca: null },
      token,
    },
    clock: { now: () => epochMillis(Date.now()), monotonic: () => millis(performance.now()) },
    random: Math.random,
    log: pino({ level: 'silent' }),
  });
  t.teardown(() => fleet.close());
  await fleet.start();
}
