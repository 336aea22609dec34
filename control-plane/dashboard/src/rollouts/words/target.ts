import type { TargetFilter } from '../../../../src/rollouts/plan/target.ts';
import { plural } from '../../ui/format.ts';

const NAMED = 5;

/** Whom a filter fits: "sites hall-1 or hall-2, tagged lab". */
export function targetInWords({ sites, tags, attributes, devices }: TargetFilter): string {
  const parts = [
    ...(sites ? [`${sites.length === 1 ? 'site' : 'sites'} ${sites.join(' or ')}`] : []),
    ...(tags ? [`tagged ${tags.join(' and ')}`] : []),
    ...Object.entries(attributes ?? {}).map(([name, value]) => `${name} is ${value}`),
    ...(devices
      ? [devices.length > NAMED ? `of ${plural(devices.length, 'device')}` : devices.join(', ')]
      : []),
  ];
  return parts.length === 0 ? 'every device that has the slot' : parts.join(', ');
}
