import type { DeviceAuthenticator } from '../api/hooks/authenticate.ts';
import type { Admissions } from './admissions.ts';

/** Devices ask the API with what they connect to the broker with. */
export function deviceAuthenticator(
  admissions: Pick<Admissions, 'authenticate'>,
): DeviceAuthenticator {
  return {
    authenticate: async (name, password) => {
      const account = admissions.authenticate(name, password);
      if (account?.kind !== 'device') return null;
      return { kind: 'device', device: account.device, site: account.site };
    },
  };
}
