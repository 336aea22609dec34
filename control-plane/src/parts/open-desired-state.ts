import type { DeviceId } from '@edgeloop/protocol';
import type { Admissions } from '../accounts/admissions.ts';
import type { DesiredSource } from '../desired/desired-source.ts';
import { rootSource } from '../desired/root-source.ts';
import type { DeviceLine } from '../ingest/device-line.ts';
import type { StoreRecord } from '../store/record.ts';
import type { Context } from './context.ts';
import { openConfigurations } from './open-configurations.ts';
import { openDesired } from './open-desired.ts';
import type { openRegistry } from './open-registry.ts';
import { openRollouts } from './open-rollouts.ts';

interface Dependencies {
  readonly admissions: Pick<Admissions, 'admits'>;
  readonly registry: Awaited<ReturnType<typeof openRegistry>>['registry'];
}

/** What should run on devices, and how: who sets it, and the one place that says it to them. */
export async function openDesiredState(context: Context, { admissions, registry }: Dependencies) {
  const desired = openDesired(context, admissions);
  const { publisher } = desired;
  const tell = (devices: Iterable<DeviceId>) => publisher.tell(devices);
  const configured = await openConfigurations(context, tell);
  const { reports, configurationPort: configurations, desiredConfigurations } = configured;
  const opened = await openRollouts(context, { registry, configurations, tell });
  const { engine, slots, ...rollouts } = opened;
  return {
    publisher,
    engine,
    /** For who asks and who changes it. */
    parts: { ...rollouts, ...configured },
    see(batch: readonly StoreRecord[]): void {
      desired.watch.see(batch);
      reports.see(batch);
      engine.see(batch);
    },
    /** Once there is a way to devices. */
    start(budgets: DesiredSource, ingest: Pick<DeviceLine, 'publish' | 'connected'>): void {
      const sources = [budgets, slots, rootSource(registry.keys), desiredConfigurations];
      desired.start(sources, ingest);
    },
  };
}
