import type { DeviceId, Sha256, SlotId, TaskId } from '@edgeloop/protocol';
import type { DevicePage } from '../../resources/device.ts';
import type { Store } from '../../store/store.ts';
import type { FindTask } from '../find-task.ts';
import { uncertaintyOfHealth } from '../uncertainty.ts';
import type { ServingDevice } from './allot-fleet.ts';

const PAGE = 1000;

/**
 * Every device that has said what it runs and is not revoked, with the tasks that it serves and how
 * unsure its models are.
 */
export async function servingDevices(
  store: Pick<Store, 'read'>,
  findTask: FindTask,
): Promise<readonly ServingDevice[]> {
  const serving: ServingDevice[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: DevicePage = await store.read('listDevices', {
      limit: PAGE,
      ...(cursor && { cursor }),
    });
    for (const { device, revokedAt } of page.devices) {
      // Nothing that it samples would be taken: its part is for the others.
      if (revokedAt !== null) continue;
      const one = await lookAt(device, store, findTask);
      if (one) serving.push(one);
    }
    cursor = page.next;
  }
  return serving;
}

async function lookAt(
  device: DeviceId,
  store: Pick<Store, 'read'>,
  findTask: FindTask,
): Promise<ServingDevice | null> {
  const view = await store.read('viewDevice', device);
  if (!view?.reported) return null;
  const tasks = new Set<TaskId>();
  for (const [slot, { model }] of Object.entries(view.reported.slots)) {
    const task = await findTask({ slot: slot as SlotId, model: model as Sha256 });
    if (task) tasks.add(task);
  }
  const uncertainty = view.health ? uncertaintyOfHealth(view.health) : null;
  return { device, tasks: [...tasks], uncertainty };
}
