import type { ControlPlaneProcess } from '../../test/stand/control-plane/control-plane-process.ts';
import { DeviceKey } from '../../test/stand/fleet/device-key.ts';
import type { LoadedDevice } from './load-messages.ts';

const SITE = 'works';
const AT_ONCE = 16;

/** Devices `<name>-0`, `<name>-1`, … of a control plane, each with its own key and password. */
export async function enrolDevices(
  controlPlane: ControlPlaneProcess,
  name: string,
  count: number,
): Promise<LoadedDevice[]> {
  const token = await controlPlane.enrolmentToken({ uses: count }, SITE);
  const devices: LoadedDevice[] = [];
  let next = 0;
  const enrolSome = async () => {
    while (next < count) {
      const device = `${name}-${next++}`;
      const { credential } = await controlPlane.post(
        '/api/enrol',
        new DeviceKey(device).enrolment(token),
      );
      devices.push({
        login: { clientId: device, ...credential },
        prefix: `edgeloop/v1/${SITE}/${device}`,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, enrolSome));
  return devices;
}
