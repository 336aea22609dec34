import { shortDigest } from '../../ui/format.ts';
import { CONNECTIVITIES, type Connectivity } from '../rows/connectivity.ts';
import type { FleetRow } from '../rows/fleet-row.ts';
import type { Judged } from '../rows/judged.ts';

export interface Choice {
  readonly value: string;
  readonly name: string;
  /** Devices that have it. */
  readonly devices: number;
}

/** What there is to choose from, of a fleet as it is. */
export interface Choices {
  readonly site: readonly Choice[];
  readonly tag: readonly Choice[];
  readonly model: readonly Choice[];
  readonly connectivity: readonly Choice[];
  readonly label: readonly Choice[];
}

export function choicesOf(devices: Iterable<Judged>): Choices {
  const [site, tag, model, label] = [new Counts(), new Counts(), new Counts(), new Counts()];
  const connectivity = new Counts();
  const names = new Map<string, string>();
  for (const { row, connectivity: stands } of devices) {
    site.add(row.site);
    connectivity.add(stands);
    tag.addEach(row.tags, itself);
    model.addEach(row.slots, digestOf);
    label.addEach(row.cameras, labelOf);
    for (const { digest, name } of row.slots) names.set(digest, name);
  }
  const modelName = (digest: string) => `${names.get(digest)} ${shortDigest(digest)}`;
  const stands = connectivity.choices();
  return {
    site: site.choices(),
    tag: tag.choices(),
    label: label.choices(),
    model: model.choices(modelName),
    connectivity: ORDER.flatMap((each) => stands.find(({ value }) => value === each) ?? []),
  };
}

const ORDER = Object.keys(CONNECTIVITIES) as readonly Connectivity[];

const itself = (tag: string) => tag;
const digestOf = ({ digest }: FleetRow['slots'][number]) => digest;
const labelOf = ({ label }: FleetRow['cameras'][number]) => label;

/** Devices by value. */
class Counts {
  readonly #devices = new Map<string, { count: number }>();

  add(value: string): void {
    const known = this.#devices.get(value);
    if (known) known.count += 1;
    else this.#devices.set(value, { count: 1 });
  }

  /** Each value counts once for a device. @param textOf null: it has none */
  addEach<Thing>(things: readonly Thing[], textOf: (thing: Thing) => string | null): void {
    for (const [i, thing] of things.entries()) {
      const value = textOf(thing);
      if (value === null) continue;
      if (i > 0 && things.slice(0, i).some((other) => textOf(other) === value)) continue;
      this.add(value);
    }
  }

  /** By name. */
  choices(nameOf: (value: string) => string = itself): Choice[] {
    return Array.from(this.#devices, ([value, { count: devices }]) => ({
      value,
      name: nameOf(value),
      devices,
    })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
