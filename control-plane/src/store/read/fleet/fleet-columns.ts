import type { Sha256, TaskId } from '@edgeloop/protocol';
import type { FleetView } from '../../../resources/fleet.ts';
import type { FleetDevice, LastResult } from './fleet-device.ts';

type Columns<Table> = { [Column in keyof Table]: Table[Column][keyof Table[Column] & number][] };
type Tables = Pick<
  FleetView,
  'words' | 'models' | 'devices' | 'cameras' | 'slots' | 'tags' | 'updates' | 'troubles'
>;

/** Devices as tables in columns. @param taskOf null: the registry does not know the model */
export function fleetColumns(
  all: readonly FleetDevice[],
  taskOf: (model: Sha256) => TaskId | null,
): Tables {
  const words = new Lookup<string>();
  const models = new Lookup<Sha256>();
  const names: string[] = [];
  const cameras: Columns<FleetView['cameras']> = {
    device: [],
    camera: [],
    slot: [],
    label: [],
    score: [],
  };
  const slots: Columns<FleetView['slots']> = { device: [], slot: [], model: [] };
  const tags: Columns<FleetView['tags']> = { device: [], tag: [] };
  const updates: Columns<FleetView['updates']> = { device: [], lane: [], state: [], reason: [] };
  const troubles: Columns<FleetView['troubles']> = { device: [], trouble: [], about: [] };
  const wordOrNull = (text: string | null) => (text === null ? null : words.place(text));

  let i = 0;
  for (const { tags: has, reported, said, troubles: told } of all) {
    for (const tag of has) {
      tags.device.push(i);
      tags.tag.push(words.place(tag));
    }
    const addTrouble = ([trouble, about]: readonly [string, string | null]) => {
      troubles.device.push(i);
      troubles.trouble.push(words.place(trouble));
      troubles.about.push(wordOrNull(about));
    };
    if (reported?.value.trouble) addTrouble(reported.value.trouble);
    for (const trouble of told) addTrouble(trouble);
    const addCamera = (camera: string, slot: string | null, seen: LastResult | undefined) => {
      cameras.device.push(i);
      cameras.camera.push(words.place(camera));
      cameras.slot.push(wordOrNull(slot));
      cameras.label.push(wordOrNull(seen?.label ?? null));
      cameras.score.push(seen?.score ?? null);
    };
    if (reported === null) {
      for (const [camera, { value }] of said) addCamera(camera, null, value);
    } else {
      const { value } = reported;
      for (const { camera, slot } of value.cameras)
        addCamera(camera, slot, said.get(camera)?.value);
      for (const { slot, model, name } of value.slots) {
        slots.device.push(i);
        slots.slot.push(words.place(slot));
        const place = models.place(model);
        slots.model.push(place);
        names[place] = name;
      }
      for (const { lane, state, reason } of value.updates) {
        updates.device.push(i);
        updates.lane.push(words.place(lane));
        updates.state.push(words.place(state));
        updates.reason.push(wordOrNull(reason));
      }
    }
    i += 1;
  }
  const devices = {
    device: all.map(({ device }) => device as FleetView['devices']['device'][number]),
    site: all.map(({ site }) => words.place(site)),
    state: all.map(({ state }) => words.place(state)),
    lastSeenAt: all.map(({ lastSeenAt }) => lastSeenAt),
    fps: all.map(({ fps }) => fps),
    inferenceMillis: all.map(({ inferenceMillis }) => inferenceMillis),
    celsius: all.map(({ celsius }) => celsius),
    failedAt: all.map(({ failedAt }) => failedAt),
    lostAt: all.map(({ lostAt }) => lostAt),
    restartedAt: all.map(({ restartedAt }) => restartedAt),
  };
  const digests = models.all;
  return {
    words: words.all,
    models: { digest: digests, name: names, task: digests.map(taskOf) },
    devices,
    cameras,
    slots,
    tags,
    updates,
    troubles,
  };
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
