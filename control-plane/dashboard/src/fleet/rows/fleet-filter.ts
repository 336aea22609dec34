import { CONNECTIVITIES, type Connectivity } from './connectivity.ts';
import type { FleetRow } from './fleet-row.ts';
import type { Judged } from './judged.ts';
import { EVERY_NEED, type Need } from './needs.ts';

/** What is asked for; what is empty asks for nothing. */
export interface FleetFilter {
  /** Words, each of which must stand somewhere in the row. */
  readonly text: string;
  readonly site: string;
  readonly tag: string;
  /** Digest of a model that runs in any slot. */
  readonly model: string;
  readonly connectivity: Connectivity | '';
  /** Before any camera. */
  readonly label: string;
  /** Any of them. */
  readonly needs: readonly Need[];
}

export const NO_FILTER: FleetFilter = {
  text: '',
  site: '',
  tag: '',
  model: '',
  connectivity: '',
  label: '',
  needs: [],
};

/** What a query that a person may have written asks for; what it can not mean is left out. */
export function readFilter(query: URLSearchParams): FleetFilter {
  const value = (name: string) => query.get(name) ?? '';
  const connectivity = value('state');
  const needs = value('needs').split(',');
  return {
    text: value('q'),
    site: value('site'),
    tag: value('tag'),
    model: value('model'),
    label: value('label'),
    connectivity: Object.hasOwn(CONNECTIVITIES, connectivity) ? (connectivity as Connectivity) : '',
    needs: EVERY_NEED.filter((need) => needs.includes(need)),
  };
}

/** Sets a filter in a query, which may have more. */
export function writeFilter(query: URLSearchParams, filter: FleetFilter): URLSearchParams {
  const written = new URLSearchParams(query);
  const values = {
    q: filter.text,
    site: filter.site,
    tag: filter.tag,
    model: filter.model,
    state: filter.connectivity,
    label: filter.label,
    needs: filter.needs.join(','),
  };
  for (const [name, value] of Object.entries(values)) {
    if (value === '') written.delete(name);
    else written.set(name, value);
  }
  return written;
}

/**
 * Where a filter that stands in a query of its own leads: the rest of the address, as how it is
 * shown and sorted, stays.
 */
export const filterHref = (address: URLSearchParams, filter: string): string =>
  `/?${writeFilter(address, readFilter(new URLSearchParams(filter)))}`;

export const isEmpty = (filter: FleetFilter): boolean =>
  writeFilter(new URLSearchParams(), filter).size === 0;

/** @returns whether a device is let through */
export function fitting(filter: FleetFilter): (device: Judged) => boolean {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const { site, tag, model, label, connectivity, needs } = filter;
  return ({ row, connectivity: stands, needs: has }) =>
    (site === '' || row.site === site) &&
    (tag === '' || row.tags.includes(tag)) &&
    (model === '' || row.slots.some(({ digest }) => digest === model)) &&
    (label === '' || row.cameras.some((camera) => camera.label === label)) &&
    (connectivity === '' || stands === connectivity) &&
    (needs.length === 0 || has.some((need) => needs.includes(need))) &&
    (words.length === 0 || hasWords(row, words));
}

/** What a row is searched by, made once for each. */
const searched = new WeakMap<FleetRow, string>();

function hasWords(row: FleetRow, words: readonly string[]): boolean {
  let text = searched.get(row);
  if (text === undefined) {
    const labels = row.cameras.flatMap(({ camera, label }) => [camera, label ?? '']);
    const models = row.slots.flatMap(({ digest, name }) => [digest, name]);
    text = [row.device, row.site, ...row.tags, ...labels, ...models].join(' ').toLowerCase();
    searched.set(row, text);
  }
  return words.every((word) => text.includes(word));
}
