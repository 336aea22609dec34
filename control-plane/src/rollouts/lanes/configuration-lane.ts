import type { ConfigurationReport, DeviceId } from '@edgeloop/protocol';
import { inBatches } from '../../database/in-batches.ts';
import type { Database } from '../../database/open-stores.ts';
import type { DeviceOutcome } from '../states/device-outcome.ts';
import type { DeviceEvent } from '../states/device-states.ts';
import type { DeviceOrder, DeviceProgress, Lane } from './lane.ts';

/** Where configurations are kept, and which of them each device is to have. */
export interface ConfigurationPort {
  /** @throws ControlPlaneError `NOT_FOUND` */
  requireVersion(version: number, within?: Database): Promise<void>;
  /**
   * What holds on each by who said so last; null: its agent.yaml alone. Of one of which nobody said
   * anything: no entry.
   */
  assigned(
    devices: readonly DeviceId[],
    within?: Database,
  ): Promise<ReadonlyMap<DeviceId, number | null>>;
  /**
   * Those of which a person has said what holds after the source did; where that said nothing, or
   * is null, after any rollout did that has not taken it back since.
   * @param source `rollout:<id>`; or a number of `lastSaid`: after that, too
   */
  setByHand(
    devices: readonly DeviceId[],
    source: string | number | null,
    within?: Database,
  ): Promise<ReadonlySet<DeviceId>>;
  /** The number of what was said last of any device; 0: nothing was. */
  lastSaid(within: Database): Promise<number>;
  /**
   * Within a transaction: from now on these devices are to have it; null: none, as their agent.yaml
   * says.
   * @param source `rollout:<id>`
   * @param takesBack whether it is what held before: what a person set holds again, then
   */
  assign(
    trx: Database,
    devices: readonly DeviceId[],
    version: number | null,
    source: string,
    takesBack: boolean,
  ): Promise<void>;
}

const EVENTS: Readonly<Record<ConfigurationReport['state'], DeviceEvent>> = {
  trying: 'try',
  applied: 'commit',
  refused: 'fail',
  reverted: 'fail',
};

/**
 * The configuration of a device: its version takes the place of a generation, 0 stands for none.
 */
export function configurationLane(port: ConfigurationPort, version: number): Lane {
  return {
    name: 'configuration',
    wanted: String(version),
    check: (within) => port.requireVersion(version, within),
    has: ({ configuration }) =>
      configuration?.state === 'applied' && configuration.version === version,
    async assigned(devices, within) {
      const held = await port.assigned(devices, within);
      return new Map([...held].map(([device, to]) => [device, to === null ? null : String(to)]));
    },
    async setByHand(devices, since, within) {
      const held = await port.assigned(devices, within);
      const others = devices.filter((device) => held.has(device) && held.get(device) !== version);
      return port.setByHand(others, typeof since === 'string' ? `rollout:${since}` : since, within);
    },
    lastSaid: (within) => port.lastSaid(within),
    valueOf: ({ configuration }) => heldBy(configuration),
    backTo: (assigned, { configuration }) =>
      isRejected(configuration, assigned) ? heldBy(configuration) : assigned,
    hear: (told, { configuration }) => hearConfiguration(told, configuration),
    async prepare(given, rollout, takesBack) {
      const byVersion = new Map<string | null, DeviceId[]>();
      for (const { device, value } of given) {
        byVersion.set(value, [...(byVersion.get(value) ?? []), device]);
      }
      return {
        generations: new Map(given.map(({ device, value }) => [device, Number(value ?? 0)])),
        async store(trx, devices) {
          for (const [value, some] of byVersion) {
            const to = value === null ? null : Number(value);
            for (const batch of inBatches(some.filter((device) => devices.has(device)))) {
              await port.assign(trx, batch, to, `rollout:${rollout}`, takesBack);
            }
          }
        },
      };
    },
  };
}

/**
 * What holds on a device: of one that was refused, reverted, or is on trial, what it has kept.
 * Null: agent.yaml alone.
 */
function heldBy(report: ConfigurationReport | undefined): string | null {
  const held = report?.state === 'applied' ? report.version : report?.kept;
  return held === undefined || held === null ? null : String(held);
}

/** Whether the device has refused or reverted this version: it tries none twice. */
const isRejected = (report: ConfigurationReport | undefined, version: string | null) =>
  (report?.state === 'refused' || report?.state === 'reverted') &&
  String(report.version) === version;

/** Null: it says nothing of what it was told. */
export function hearConfiguration(
  { back, generation }: DeviceOrder,
  report: ConfigurationReport | undefined,
): DeviceProgress | null {
  // Told to have none, it is as it was when it reports none.
  if (back && generation === 0)
    return report ? null : { event: 'back', outcome: null, reason: null };
  if (report?.version !== generation) return null;
  const event = EVENTS[report.state];
  const reason = report.reason ?? null;
  if (back && event === 'try') return null;
  if (back && event === 'commit') return { event: 'back', outcome: null, reason: null };
  return { event, outcome: outcomeOf(report), reason };
}

function outcomeOf({ state }: ConfigurationReport): DeviceOutcome | null {
  if (state === 'trying') return null;
  return state === 'applied' ? 'committed' : state;
}
