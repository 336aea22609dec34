import type { DeviceId } from '@edgeloop/protocol';
import { AgentError } from '../../errors.ts';
import type { Scenario } from '../scenario/scenario.ts';

/**
 * A behaviour of a device that is not simulated would be one that nobody sees.
 * @throws AgentError `CONFIG_INVALID`
 */
export function checkDeviceNames({ behaviours }: Scenario, names: readonly DeviceId[]): void {
  const known = new Set(names);
  for (const [i, { devices }] of behaviours.entries()) {
    const named = devices && 'names' in devices ? devices.names : [];
    const stranger = named.find((name) => !known.has(name));
    if (stranger === undefined) continue;
    const message = `behaviours[${i}].devices.names: expected devices of this simulation (${names[0]} to ${names.at(-1)}), received ${stranger}.`;
    throw new AgentError('CONFIG_INVALID', message);
  }
}
