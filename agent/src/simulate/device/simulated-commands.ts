import type { CameraId } from '@edgeloop/protocol';
import type { CommandHandler } from '../../commands/command-runner.ts';
import { preview } from '../../commands/preview.ts';
import { restart } from '../../commands/restart.ts';
import type { SimulatedCamera } from './simulated-camera.ts';

const nothing =
  (reason: string): CommandHandler =>
  async () => ({ outcome: 'refused', reason });

/** The commands of an agent, as far as there is something to do them with. */
export function simulatedCommands(
  camera: Pick<SimulatedCamera, 'preview'> | null,
  cameras: readonly CameraId[],
  end: () => void,
): ReadonlyMap<string, CommandHandler> {
  return new Map([
    ['snapshot', nothing('A simulated device keeps no samples.')],
    ['logs', nothing('A simulated device has no log of its own.')],
    [
      'preview',
      camera
        ? preview(camera, cameras, () => null)
        : nothing('This simulated device shows no pictures: edgeloop-agent simulate --pictures.'),
    ],
    ['restart', restart(end)],
  ]);
}
