import { Ids } from '@edgeloop/protocol';
import Type, { type Static } from 'typebox';
import { Tag } from '../../resources/registration.ts';

const Value = Type.Union([Type.String(), Type.Number()]);

/**
 * Which devices: those that fit each of what is given; of a list, one suffices. Nothing given: all.
 */
export const TargetFilter = Type.Object(
  {
    sites: Type.Optional(Type.Array(Ids.site, { minItems: 1, maxItems: 1000 })),
    tags: Type.Optional(
      Type.Array(Tag, { minItems: 1, maxItems: 32, description: 'It has each of them' }),
    ),
    attributes: Type.Optional(Type.Record(Type.String(), Value)),
    devices: Type.Optional(Type.Array(Ids.device, { minItems: 1, maxItems: 10_000 })),
  },
  { additionalProperties: false },
);
export type TargetFilter = Static<typeof TargetFilter>;

/** What a filter looks at. */
export interface Marked {
  readonly device: string;
  readonly site: string;
  readonly tags: ReadonlySet<string>;
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** A test for many devices: lists are made sets once. */
export function targetTest({ sites, tags, attributes, devices }: TargetFilter) {
  const [inSites, inDevices] = [
    sites && new Set<string>(sites),
    devices && new Set<string>(devices),
  ];
  const wanted = Object.entries(attributes ?? {});
  return (marked: Marked): boolean =>
    (!inSites || inSites.has(marked.site)) &&
    (!inDevices || inDevices.has(marked.device)) &&
    (tags ?? []).every((tag) => marked.tags.has(tag)) &&
    // The text 12 and the number 12 are both meant, as in the list of devices.
    wanted.every(
      ([name, value]) =>
        marked.attributes[name] !== undefined && String(marked.attributes[name]) === String(value),
    );
}
