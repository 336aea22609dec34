import { type Millis, millis } from '@edgeloop/protocol';
import { createSource } from '../camera/create-source.ts';
import { faultOf } from '../camera/faults/fault-error.ts';
import { WatchedSource } from '../camera/faults/watched-source.ts';
import { SupervisedSource } from '../camera/supervised-source.ts';
import type { CameraConfig, Config } from '../config/config.ts';
import type { AgentError } from '../errors.ts';
import { type Counters, countersOf } from '../health/counters.ts';
import { noteFault } from '../health/note-fault.ts';
import type { LiveView } from '../local-page/live-view.ts';
import { Look } from '../look/look.ts';
import { ScheduledSource } from '../look/schedule/scheduled-source.ts';
import type { LiveSlot } from '../model/live-slot.ts';
import type { Outlets } from '../outlets.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Models } from '../update/models.ts';
import { CameraPipeline } from './camera-pipeline.ts';
import { silenceOf } from './silence-of.ts';

interface PipelineSurroundings extends Surroundings {
  /** Least time from one inference of a camera to its next, now. */
  readonly interval: () => Millis;
}

/** A pipeline for each camera, which follows the models of its slot. */
export function createPipelines(
  { cameras, slots: slotConfigs }: Config,
  models: Pick<Models, 'live' | 'look'>,
  counters: Counters,
  {
    outbox,
    uplink,
    sampling,
    pictures,
    images,
    heads,
    view,
  }: Outlets & { readonly view: LiveView },
  { clock, random, newId, bootId, log: parent, interval }: PipelineSurroundings,
): CameraPipeline[] {
  const slots = models.live;
  return Array.from(cameras, ([id, camera]) => {
    const log = parent.child({ camera: id });
    const slot = slots.get(camera.slot) as LiveSlot;
    const cameraCounters = counters.cameras.get(id)!;
    const faults: { source: AgentError | null; pictures: AgentError | null } = {
      source: null,
      pictures: null,
    };
    const note = (of: keyof typeof faults) => (error: AgentError | null) => {
      faults[of] = error;
      const worst = faults.source ?? faults.pictures;
      const fault = worst && { kind: faultOf(worst), message: worst.message };
      noteFault(cameraCounters, fault, clock.now());
    };
    const noteSource = note('source');
    const watched = new WatchedSource(createSource(camera.source, clock), {
      limits: camera.faults,
      onFrame: noteSource,
    });
    const supervised = new SupervisedSource(watched, {
      noFrameTimeout: camera.noFrameTimeout,
      random,
      onRestart: (error) => {
        cameraCounters.restarts += 1;
        noteSource(error);
        log.error({ error: error.message }, 'source is started again');
      },
    });
    const { schedule, motion } = camera.look;
    const source = schedule
      ? new ScheduledSource(supervised, {
          schedule,
          now: clock.now,
          onRest: (resting) => pipeline.rest(resting),
        })
      : supervised;
    if (motion) cameraCounters.still = 0;
    const pipeline: CameraPipeline = new CameraPipeline({
      id,
      source,
      pace: camera.source.pace,
      decide: camera.decide,
      slot: slot.current,
      bootId,
      clock,
      newId,
      log,
      interval,
      patience: patienceOf(camera),
      silence: silenceOf(camera, slotConfigs.get(camera.slot)!.deadline),
      counters: cameraCounters,
      unreadable: note('pictures'),
      look: new Look(camera.look),
      asked: () => (pictures?.isPreviewed(id) ?? false) || (sampling?.sampler.isAsked(id) ?? false),
      modelCounters: (model) => countersOf(counters, model),
      append: (row) => outbox.append(row),
      setState: (camera, state) => {
        uplink.setState(camera, state);
        view.tell(camera, state);
      },
      shadow: (seen) => models.look(camera.slot, seen),
      picture: (camera, { whole, cut }, begun) => {
        pictures?.see(camera, whole, begun);
        images.see(camera, whole, begun);
        heads.see(camera, cut);
        view.see(camera, whole);
      },
      sample: (classified) => sampling?.sampler.consider(classified),
    });
    slot.attach(pipeline);
    return pipeline;
  });
}

/** Three timeouts of the source: time for it to be started again, more than once. */
function patienceOf({ noFrameTimeout }: CameraConfig) {
  return millis(3 * noFrameTimeout);
}
