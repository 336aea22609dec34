import type { DesiredConfiguration, DeviceId } from '@edgeloop/protocol';
import { ConfigurationAssignmentStore } from '../configuration/configuration-assignment-store.ts';
import { ConfigurationStore } from '../configuration/configuration-store.ts';
import { ReportWatch } from '../configuration/report-watch.ts';
import type { ConfigurationPort } from '../rollouts/lanes/configuration-lane.ts';
import type { Context } from './context.ts';

/** What of the context it needs. */
export interface ConfigurationsContext extends Pick<Context, 'database' | 'events'> {
  readonly surroundings: Pick<Context['surroundings'], 'log' | 'now'>;
  readonly lifecycle: Pick<Context['lifecycle'], 'add'>;
}

/**
 * Configurations of devices: stores, what devices report of them, and the source that `desired` has
 * them from.
 * @param tell What is to be said to these devices may have changed.
 */
export async function openConfigurations(
  { database, events, surroundings: { log, now }, lifecycle }: ConfigurationsContext,
  tell: (devices: readonly DeviceId[]) => void,
) {
  const assignments = new ConfigurationAssignmentStore({ database, now });
  const reports = new ReportWatch({ database, onChange: tell, log });
  await reports.start();
  lifecycle.add(() => reports.close());
  const unsubscribe = events.subscribe(({ kind, subject: { device } }) => {
    if (kind === 'device.decommissioned' && device) reports.forget(device as DeviceId);
  });
  lifecycle.add(unsubscribe);
  return {
    configurations: new ConfigurationStore({ database, now }),
    configurationAssignments: assignments,
    configurationPort: configurationPort(assignments),
    onConfigured: (device: DeviceId) => tell([device]),
    reports,
    desiredConfigurations: {
      parts: ['configuration'] as const,
      async read(
        devices: readonly DeviceId[],
      ): Promise<ReadonlyMap<DeviceId, { readonly configuration: DesiredConfiguration }>> {
        const wanted = await assignments.wanted(devices);
        return new Map([...wanted].map(([device, configuration]) => [device, { configuration }]));
      },
    },
  };
}

/** Configurations as rollouts bring them. */
export function configurationPort(assignments: ConfigurationAssignmentStore): ConfigurationPort {
  return {
    requireVersion: (version, within) => assignments.requireVersion(version, within),
    assigned: (...asked) => assignments.assigned(...asked),
    setByHand: (...asked) => assignments.setByHand(...asked),
    lastSaid: (within) => assignments.lastSaid(within),
    assign: (...given) => assignments.assignAll(...given),
  };
}
