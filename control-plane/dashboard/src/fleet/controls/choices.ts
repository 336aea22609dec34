import { shortDigest } from '../../ui/format.ts';
import type { FleetRow } from '../rows/fleet-row.ts';
import { type Clock, STANDINGS, type Standing, standingOf } from '../rows/standing.ts';

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
  readonly standing: readonly Choice[];
  readonly label: readonly Choice[];
}

export function choicesOf(rows: Iterable<FleetRow>, clock: Clock): Choices {
  const [site, tag, model, standing, label] = [
    new Counts(),
    new Counts(),
    new Counts(),
    new Counts(),
    new Counts(),
  ];
  const names = new Map<string, string>();
  for (const row of rows) {
    site.add([row.site]);
    tag.add(row.tags);
    model.add(row.slots.map(({ digest }) => digest));
    for (const { digest, name } of row.slots) names.set(digest, name);
    standing.add([standingOf(row, clock)]);
    label.add(row.cameras.flatMap((camera) => camera.label ?? []));
  }
  const modelName = (digest: string) => `${names.get(digest)} ${shortDigest(digest)}`;
  const order = Object.keys(STANDINGS) as Standing[];
  return {
    ...{ site: site.choices(), tag: tag.choices(), label: label.choices() },
    model: model.choices(modelName),
    standing: order.flatMap((each) => standing.choices().find(({ value }) => value === each) ?? []),
  };
}

/** Devices by value; each counts once for a value. */
class Counts {
  readonly #devices = new Map<string, number>();

  add(values: readonly string[]): void {
    const once = values.length > 1 ? new Set(values) : values;
    for (const value of once) this.#devices.set(value, (this.#devices.get(value) ?? 0) + 1);
  }

  /** By name. */
  choices(nameOf: (value: string) => string = (value) => value): Choice[] {
    return Array.from(this.#devices, ([value, devices]) => ({
      value,
      name: nameOf(value),
      devices,
    })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
