import type { FleetView } from '../../../src/resources/fleet.ts';
import type { ModelPage } from '../../../src/resources/model.ts';
import type { RolloutPage } from '../../../src/resources/rollout.ts';
import { api } from '../api/client.ts';
import { path } from '../api/path.ts';
import { may, session } from '../session/session-state.ts';
import { SECTION_NAMES } from '../setup/section-names.ts';
import { shortDigest } from '../ui/format.ts';
import { actionsOf, type Deed } from './actions.ts';
import { kept } from './kept.ts';
import { NAVIGATION } from './navigation.ts';

/** What leads somewhere. */
interface Place {
  readonly kind: 'page' | 'device' | 'model' | 'rollout' | 'action';
  readonly name: string;
  /** By which it is found, too. */
  readonly words?: string;
  readonly href: string;
}

/** What is done at once. */
interface Done {
  readonly kind: 'action';
  readonly name: string;
  readonly words?: string;
  readonly deed: Deed;
}

export type SearchResult = Place | Done;

/** What there is to find, as far as it was read. */
export interface Names {
  readonly names: readonly SearchResult[];
  /** What of it was not: "devices". */
  readonly unread: readonly string[];
}

const MOST = 12;
/** What was read is taken again for so long, in ms. */
const KEPT_FOR = 30_000;

const PAGES_FOUND = NAVIGATION.map(
  ({ label, href }): SearchResult => ({ kind: 'page', name: label, href }),
);

/** What who is logged in may do. */
const actionsFound = () =>
  actionsOf({ may, hasSession: (session.value?.csrf ?? null) !== null }).map(
    ({ name, words, does }): SearchResult => ({ kind: 'action', name, words, ...does }),
  );

/**
 * Sections of Setup, those that who is logged in may see; of what is an action's name, that one
 * leads there.
 */
const sectionsFound = (actions: readonly SearchResult[]) =>
  SECTION_NAMES.filter(
    ({ role, title }) => may(role) && !actions.some(({ name }) => name === title),
  ).map(({ id, title }): SearchResult => ({ kind: 'page', name: title, href: `/setup/${id}` }));

/** @throws Problem */
type Get = <Body>(url: string) => Promise<Body>;

/**
 * What reads every device and the newest models and rollouts, by name.
 * @param get a path of the API
 */
export function namesReader(get: Get): () => Promise<Names> {
  const parts = Object.entries({
    devices: async () =>
      (await get<FleetView>('/api/fleet')).devices.device.map(
        (device): SearchResult => ({
          kind: 'device',
          name: device,
          href: path`/devices/${device}`,
        }),
      ),
    models: async () =>
      (await get<ModelPage>('/api/models?limit=1000')).models.map(
        ({ name, digest }): SearchResult => ({
          kind: 'model',
          name: `${name} ${shortDigest(digest)}`,
          href: path`/models/${digest}`,
        }),
      ),
    rollouts: async () =>
      (await get<RolloutPage>('/api/rollouts?limit=1000')).rollouts.map(
        ({ rollout, name }): SearchResult => ({
          kind: 'rollout',
          name,
          href: path`/rollouts/${rollout}`,
        }),
      ),
  }).map(([what, read]) => ({ what, read: kept(read, KEPT_FOR) }));
  return async () => {
    const answers = await Promise.allSettled(parts.map(({ read }) => read()));
    return {
      names: answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])),
      unread: parts.filter((_, i) => answers[i]?.status === 'rejected').map(({ what }) => what),
    };
  };
}

export const readNames = namesReader(api.get);

/**
 * Those that the text means: first what begins with it, then what has it in its name, then what has
 * all its words; of these pages and actions, then the shorter. Pages and actions alone for no text.
 */
export function rank(names: readonly SearchResult[], text: string): readonly SearchResult[] {
  const wanted = text.trim().toLowerCase();
  const actions = actionsFound();
  if (wanted === '') return [...PAGES_FOUND, ...actions];
  return [...PAGES_FOUND, ...sectionsFound(actions), ...actions, ...names]
    .map((found) => ({ found, distance: distanceOf(found, wanted) }))
    .filter(({ distance }) => distance < Number.POSITIVE_INFINITY)
    .sort(
      (a, b) =>
        a.distance - b.distance ||
        Number(isName(a.found)) - Number(isName(b.found)) ||
        a.found.name.length - b.found.name.length,
    )
    .slice(0, MOST)
    .map(({ found }) => found);
}

/** Of thousands, as against the few that Edgeloop itself has. */
const isName = ({ kind }: SearchResult): boolean => kind !== 'page' && kind !== 'action';

/**
 * 0: it begins so, 1: it is in its name, 2: each word begins one of its own; else it is not meant.
 * @param wanted in lower case
 */
function distanceOf({ name, words = '' }: SearchResult, wanted: string): number {
  const lower = name.toLowerCase();
  const at = lower.indexOf(wanted);
  if (at >= 0) return Math.sign(at);
  const own = `${lower} ${words}`.split(' ');
  const isMeant = wanted.split(/\s+/).every((word) => own.some((one) => one.startsWith(word)));
  return isMeant ? 2 : Number.POSITIVE_INFINITY;
}

/**
 * Below what was found: that there is none, or that nobody knows; null: nothing is to be said.
 * @param known null: it is not read yet
 */
export function remarkOn(known: Names | null, found: number, text: string): string | null {
  if (known === null) return found === 0 ? 'Names are being read.' : null;
  if (known.unread.length > 0) {
    return `Not read: ${known.unread.join(', ')}. They are asked for again when this is opened again.`;
  }
  return found === 0 ? `Nothing has “${text}” in its name.` : null;
}
