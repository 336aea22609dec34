import { type Fault, pick, type Scene } from '../fault.ts';
import type { Disk } from '../line/disk.ts';

type Choice = (scene: Scene) => { readonly what: string; readonly disk: Disk | null };

const ofAgent: Choice = ({ line, random }) => {
  const { name, disk } = pick(random, line.devices);
  return { what: name, disk };
};
const ofControlPlane: Choice = ({ line }) => ({ what: 'control-plane', disk: line.disk });
const ofTrainer: Choice = ({ line }) => ({ what: 'trainer', disk: line.trainerDisk });

const onDisk = (name: string, choose: Choice, break_: (disk: Disk) => void): Fault => ({
  name,
  async strike(scene) {
    const { what, disk } = choose(scene);
    if (disk === null) return null;
    break_(disk);
    return { what, heal: async () => disk.heal() };
  },
});

/**
 * By hand, as one mounts a card: the agent begins on a disk that can't be written, and goes on when
 * it can.
 */
const readOnlyFromTheStart: Fault = {
  name: 'agent starts read-only',
  async strike({ line, random }) {
    const { name, disk, service } = pick(random, line.devices);
    await service.stop();
    disk.remount('ro');
    service.start();
    return { what: name, heal: async () => disk.remount('rw') };
  },
};

export const DISK_FAULTS: readonly Fault[] = [
  onDisk('agent ENOSPC', ofAgent, (disk) => disk.fill()),
  onDisk('agent EIO', ofAgent, (disk) => disk.failInputAndOutput()),
  onDisk('agent read-only', ofAgent, (disk) => disk.refuseWrites()),
  readOnlyFromTheStart,
  onDisk('control plane ENOSPC', ofControlPlane, (disk) => disk.fill()),
  onDisk('control plane EIO', ofControlPlane, (disk) => disk.failInputAndOutput()),
  onDisk('control plane read-only', ofControlPlane, (disk) => disk.refuseWrites()),
  onDisk('trainer ENOSPC', ofTrainer, (disk) => disk.fill()),
  onDisk('trainer EIO', ofTrainer, (disk) => disk.failInputAndOutput()),
  onDisk('trainer read-only', ofTrainer, (disk) => disk.refuseWrites()),
];
