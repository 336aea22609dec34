import type { CameraState, Reported, Sha256, TaskId } from '@edgeloop/protocol';
import type { FleetView } from '../../resources/fleet.ts';

/** What the database has of a device. Texts are JSON, but for `tags`. */
export interface FleetRow {
  readonly id: number;
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
}

/** What stands before the cameras of a device: `CameraState` as JSON, by camera. */
export type CameraTexts = ReadonlyMap<string, string>;

type Columns<Table> = { [Column in keyof Table]: Table[Column][keyof Table[Column] & number][] };
type Tables = Pick<
  FleetView,
  'words' | 'models' | 'devices' | 'cameras' | 'slots' | 'tags' | 'updates'
>;

/** States of an update that no one need hear of. */
const WELL: ReadonlySet<string> = new Set(['committed', 'applied']);

/** Rows of devices, by name, as tables in columns. @param taskOf null: the registry does not know the model */
export function fleetColumns(
  rows: readonly FleetRow[],
  camerasOf: (id: number) => CameraTexts,
  taskOf: (model: Sha256) => TaskId | null,
): Tables {
  const words = new Lookup<string>();
  const models = new Lookup<Sha256>();
  const names: string[] = [];
  const cameras: Columns<FleetView['cameras']> = {
    ...{ device: [], camera: [], slot: [], label: [], score: [] },
  };
  const slots: Columns<FleetView['slots']> = { device: [], slot: [], model: [] };
  const tags: Columns<FleetView['tags']> = { device: [], tag: [] };
  const updates: Columns<FleetView['updates']> = { device: [], lane: [], state: [], reason: [] };

  for (const [i, row] of rows.entries()) {
    const reported = row.reported === null ? null : (JSON.parse(row.reported) as Reported);
    for (const tag of row.tags?.split(',') ?? []) {
      tags.device.push(i);
      tags.tag.push(words.place(tag));
    }
    addCameras(i, reported, camerasOf(row.id));
    for (const [slot, { model, name }] of Object.entries(reported?.slots ?? {})) {
      slots.device.push(i);
      slots.slot.push(words.place(slot));
      const place = models.place(model);
      slots.model.push(place);
      names[place] = name;
    }
    for (const { lane, state, reason } of updatesOf(reported)) {
      updates.device.push(i);
      updates.lane.push(words.place(lane));
      updates.state.push(words.place(state));
      updates.reason.push(reason === undefined ? null : words.place(reason.message));
    }
  }
  const devices = {
    device: rows.map(({ device }) => device as FleetView['devices']['device'][number]),
    site: rows.map(({ site }) => words.place(site)),
    state: rows.map(({ state, revoked }) => words.place(revoked ? 'revoked' : state)),
    lastSeenAt: rows.map((row) => row.last_seen_at),
    fps: rows.map(({ fps }) => rounded(fps, 100)),
    inferenceMillis: rows.map((row) => rounded(row.inference_millis, 10)),
    celsius: rows.map(({ celsius }) => rounded(celsius, 10)),
    failedAt: rows.map((row) => row.failed_at),
    lostAt: rows.map((row) => row.lost_at),
    restartedAt: rows.map((row) => row.restarted_at),
  };
  const digests = models.all;
  return {
    ...{ words: words.all, models: { digest: digests, name: names, task: digests.map(taskOf) } },
    ...{ devices, cameras, slots, tags, updates },
  };

  function addCameras(device: number, reported: Reported | null, said: CameraTexts): void {
    // One that a device no longer has said something once.
    for (const camera of reported ? Object.keys(reported.cameras) : said.keys()) {
      const text = said.get(camera);
      const state = text === undefined ? null : (JSON.parse(text) as CameraState);
      cameras.device.push(device);
      cameras.camera.push(words.place(camera));
      const slot = reported?.cameras[camera]?.slot;
      cameras.slot.push(slot ? words.place(slot) : null);
      cameras.label.push(state?.label ? words.place(state.label) : null);
      cameras.score.push(rounded(state?.score ?? null, 1000));
    }
  }
}

function updatesOf(reported: Reported | null) {
  const { slots = {}, configuration } = reported ?? {};
  const all = Object.entries(slots).flatMap(([slot, { update }]) =>
    update ? [{ ...update, lane: `model/${slot}` }] : [],
  );
  const told = configuration ? [...all, { ...configuration, lane: 'configuration' }] : all;
  return told.filter(({ state }) => !WELL.has(state));
}

/** Each value once, in the order of coming. */
class Lookup<Value> {
  readonly #places = new Map<Value, number>();

  place(value: Value): number {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    this.#places.set(value, this.#places.size);
    return this.#places.size - 1;
  }

  get all(): Value[] {
    return Array.from(this.#places.keys());
  }
}

const rounded = (value: number | null, by: number) =>
  value === null ? null : Math.round(value * by) / by;
