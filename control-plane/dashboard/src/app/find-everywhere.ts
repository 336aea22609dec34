import type { DevicePage } from '../../../src/resources/device.ts';
import type { ModelPage } from '../../../src/resources/model.ts';
import type { RolloutPage } from '../../../src/resources/rollout.ts';
import { api } from '../api/client.ts';
import { path } from '../api/path.ts';
import { may } from '../session/session-state.ts';
import { SECTION_NAMES } from '../setup/section-names.ts';
import { shortDigest } from '../ui/format.ts';
import { NAVIGATION } from './pages.ts';

export interface Found {
  readonly kind: 'page' | 'device' | 'model' | 'rollout';
  readonly name: string;
  readonly href: string;
}

const MOST = 12;
/** What was read is taken again for so long, in ms. */
const KEPT_FOR = 30_000;

const PAGES_FOUND = NAVIGATION.map(
  ({ label, href }): Found => ({ kind: 'page', name: label, href }),
);

/** Sections of Setup, those that who is logged in may see. */
const sectionsFound = () =>
  SECTION_NAMES.filter(({ role }) => may(role)).map(
    ({ id, title }): Found => ({ kind: 'page', name: title, href: `/setup/${id}` }),
  );

let known: { readonly at: number; readonly all: Promise<readonly Found[]> } | null = null;

/** The newest devices, models and rollouts, by name. */
export function readNames(): Promise<readonly Found[]> {
  if (!known || Date.now() - known.at > KEPT_FOR) known = { at: Date.now(), all: readAll() };
  return known.all;
}

/** Those with the text in their name: first what begins with it, then the shorter. Pages alone for no text. */
export function rank(names: readonly Found[], text: string): readonly Found[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return PAGES_FOUND;
  return [...PAGES_FOUND, ...sectionsFound(), ...names]
    .map((found) => ({ found, at: found.name.toLowerCase().indexOf(wanted) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => Math.sign(a.at) - Math.sign(b.at) || a.found.name.length - b.found.name.length)
    .slice(0, MOST)
    .map(({ found }) => found);
}

async function readAll(): Promise<readonly Found[]> {
  const or = <Body>(asking: Promise<Body>) => asking.catch(() => null);
  const [devices, models, rollouts] = await Promise.all([
    or(api.get<DevicePage>('/api/devices?limit=1000')),
    or(api.get<ModelPage>('/api/models?limit=200')),
    or(api.get<RolloutPage>('/api/rollouts?limit=200')),
  ]);
  return [
    ...(devices?.devices ?? []).map(
      ({ device }): Found => ({ kind: 'device', name: device, href: path`/devices/${device}` }),
    ),
    ...(models?.models ?? []).map(
      ({ name, digest }): Found => ({
        kind: 'model',
        name: `${name} ${shortDigest(digest)}`,
        href: path`/models/${digest}`,
      }),
    ),
    ...(rollouts?.rollouts ?? []).map(
      ({ rollout, name }): Found => ({ kind: 'rollout', name, href: path`/rollouts/${rollout}` }),
    ),
  ];
}
