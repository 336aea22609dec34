import type { AgentFileReport, CameraState, Reported, Sha256 } from '@edgeloop/protocol';
import type { Trouble } from '../../figures/health-troubles.ts';

/** What the database has of a device. Texts are JSON, but for `tags`. */
export interface FleetRow {
  readonly id: number;
  readonly revision: number;
  readonly device: string;
  readonly site: string;
  readonly state: string;
  readonly revoked: 0 | 1;
  readonly last_seen_at: number | null;
  readonly reported: string | null;
  /** With commas; null: none. */
  readonly tags: string | null;
  readonly fps: number | null;
  readonly inference_millis: number | null;
  readonly celsius: number | null;
  readonly failed_at: number | null;
  readonly lost_at: number | null;
  readonly restarted_at: number | null;
  /** JSON; null: none. */
  readonly troubles: string | null;
}

/** What stands before the cameras of a device: `CameraState` as JSON, by camera. */
export type CameraTexts = ReadonlyMap<string, string>;

/** What is told of a device. */
export interface FleetDevice {
  readonly id: number;
  /** Of the fleet, when it last changed. */
  readonly revision: number;
  readonly device: string;
  readonly site: string;
  readonly state: string;
  readonly lastSeenAt: number | null;
  readonly fps: number | null;
  readonly inferenceMillis: number | null;
  readonly celsius: number | null;
  readonly failedAt: number | null;
  readonly lostAt: number | null;
  readonly restartedAt: number | null;
  readonly tags: readonly string[];
  /** The troubles of its cameras and its machine. */
  readonly troubles: readonly Trouble[];
  /** Null: it has not reported. */
  readonly reported: Parsed<ReportedInShort> | null;
  /** What its cameras said, by camera; one that it no longer has said something once. */
  readonly said: ReadonlyMap<string, Parsed<LastResult>>;
}

/** A text with what is told of it. */
interface Parsed<Value> {
  readonly text: string;
  readonly value: Value;
}

interface ReportedInShort {
  readonly slots: readonly {
    readonly slot: string;
    readonly model: Sha256;
    readonly name: string;
  }[];
  readonly cameras: readonly { readonly camera: string; readonly slot: string | null }[];
  /** Those that someone may want to hear of. */
  readonly updates: readonly {
    readonly lane: string;
    readonly state: string;
    readonly reason: string | null;
  }[];
  /** Of its agent.yaml; null: none. */
  readonly trouble: readonly [kind: 'safe-mode' | 'file', about: string] | null;
}

/** What stands before a camera. */
export interface LastResult {
  readonly label: string | null;
  readonly score: number | null;
}

/** States of an update that no one need hear of. */
const WELL: ReadonlySet<string> = new Set(['committed', 'applied']);

const NO_TAGS: readonly string[] = [];
const NO_TROUBLES: readonly Trouble[] = [];
const NOTHING_SAID: FleetDevice['said'] = new Map();

/**
 * Made for each device of a fleet: field by field, which is several times as fast as spreading
 * parts.
 * @param known the same device as it was: of that, a text that has not changed is not parsed again
 */
export function fleetDevice(
  row: FleetRow,
  said: CameraTexts | undefined,
  known?: FleetDevice,
): FleetDevice {
  return {
    id: row.id,
    revision: row.revision,
    device: row.device,
    site: row.site,
    state: row.revoked ? 'revoked' : row.state,
    lastSeenAt: row.last_seen_at,
    fps: rounded(row.fps, 100),
    inferenceMillis: rounded(row.inference_millis, 10),
    celsius: rounded(row.celsius, 10),
    failedAt: row.failed_at,
    lostAt: row.lost_at,
    restartedAt: row.restarted_at,
    tags: row.tags === null ? NO_TAGS : row.tags.split(','),
    troubles: row.troubles === null ? NO_TROUBLES : JSON.parse(row.troubles),
    reported: row.reported === null ? null : parsed(row.reported, known?.reported, inShort),
    said: said === undefined ? NOTHING_SAID : seenBy(said, known?.said),
  };
}

function seenBy(said: CameraTexts, known: FleetDevice['said'] | undefined): FleetDevice['said'] {
  const all = new Map<string, Parsed<LastResult>>();
  for (const [camera, text] of said) all.set(camera, parsed(text, known?.get(camera), seen));
  return all;
}

const parsed = <Value>(
  text: string,
  known: Parsed<Value> | null | undefined,
  tell: (text: string) => Value,
): Parsed<Value> => (known?.text === text ? known : { text, value: tell(text) });

function inShort(text: string): ReportedInShort {
  const { slots, cameras, configuration, agentFile } = JSON.parse(text) as Reported;
  const models = Object.entries(slots).flatMap(([slot, { update }]) =>
    update ? [{ ...update, lane: `model/${slot}` }] : [],
  );
  const all = configuration ? [...models, { ...configuration, lane: 'configuration' }] : models;
  return {
    slots: Object.entries(slots).map(([slot, { model, name }]) => ({ slot, model, name })),
    cameras: Object.entries(cameras).map(([camera, { slot }]) => ({ camera, slot: slot || null })),
    updates: all
      .filter(({ state }) => !WELL.has(state))
      .map(({ lane, state, reason }) => ({ lane, state, reason: reason?.message ?? null })),
    trouble: agentFile ? fileTrouble(agentFile) : null,
  };
}

/** An agent.yaml is wrong: nothing runs, or what ran before. */
function fileTrouble({ safeMode, mistakes }: AgentFileReport): ReportedInShort['trouble'] {
  const [{ line, message } = { message: 'no reason given' }] = mistakes;
  const where = line === undefined ? '' : `line ${line}: `;
  return [safeMode ? 'safe-mode' : 'file', where + message];
}

function seen(text: string): LastResult {
  const { label, score } = JSON.parse(text) as CameraState;
  return { label: label || null, score: rounded(score ?? null, 1000) };
}

const rounded = (value: number | null, by: number) =>
  value === null ? null : Math.round(value * by) / by;
