import type { DeviceAuthenticator } from '../../../control-plane/src/api/hooks/authenticate.ts';

export const DEVICE_PASSWORD = 'secret';

/** Who says the password is the device that it says it is, of the site `works`. */
export const KNOWN_DEVICES: DeviceAuthenticator = {
  authenticate: async (device, password) =>
    password === DEVICE_PASSWORD ? { kind: 'device', device, site: 'works' } : null,
};

/** The header of one of them. */
export const asDevice = (device: string) =>
  `Basic ${Buffer.from(`${device}:${DEVICE_PASSWORD}`).toString('base64')}`;
