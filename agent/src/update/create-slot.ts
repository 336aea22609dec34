import type { LoadedPackage } from '@edgeloop/onnx';
import type { CameraId, SlotId } from '@edgeloop/protocol';
import type { CameraConfig, Config, SlotConfig } from '../config/config.ts';
import { headFolder } from '../head/head-folder.ts';
import { SlotHead } from '../head/overlay/slot-head.ts';
import { checkClasses } from '../model/check-classes.ts';
import { allRest, lookingNow, probationRules } from './probation/probation-rules.ts';
import { slotFiles } from './store/slot-files.ts';
import { UpdatableSlot, type UpdatableSlotOptions } from './updatable-slot.ts';
import { UpdateError } from './update-error.ts';

type SlotParts = Omit<
  UpdatableSlotOptions,
  | 'id'
  | 'config'
  | 'store'
  | 'packages'
  | 'head'
  | 'checkFit'
  | 'checkLoaded'
  | 'probation'
  | 'resting'
>;

/** A slot of the configuration, as it is to be run and updated. */
export function createSlot(
  { state, cameras, updates }: Config,
  id: SlotId,
  config: SlotConfig,
  given: SlotParts,
): UpdatableSlot {
  const looking = [...cameras].filter(([, { slot }]) => slot === id);
  const watched = looking.map(([, camera]) => camera);
  const checkLoaded = ({ classes }: LoadedPackage) => checkAll(looking, classes);
  return new UpdatableSlot({
    ...given,
    id,
    config,
    checkLoaded,
    ...slotFiles(state, id, config),
    head: new SlotHead(headFolder(state, id), given.log.child({ slot: id })),
    checkFit: (loaded) => {
      try {
        checkLoaded(loaded);
      } catch (cause) {
        const { message } = cause as Error;
        throw new UpdateError('CLASSES_MISSING', message, { retry: false, cause });
      }
    },
    probation: (slowest) => probationRules(lookingNow(watched, given.now()), updates, slowest),
    resting: () => allRest(watched, given.now()),
  });
}

type Looking = readonly (readonly [CameraId, CameraConfig])[];

function checkAll(cameras: Looking, classes: readonly string[]): void {
  for (const [id, { decide }] of cameras) checkClasses(`cameras.${id}.decide`, decide, classes);
}
