import { readdirSync, readlinkSync } from 'node:fs';

/** Devices that a GPU's driver works through: of the kernel, NVIDIA's, and Windows' under Linux. */
const GPU_DEVICE = /^\/dev\/(dri\/renderD\d+|nvidia\d+|dxg)$/;

/** Whether this machine has a GPU that a program could compute on. macOS always has. */
export function hasGpu(): boolean {
  const devices = ['/dev', '/dev/dri'].flatMap((folder) =>
    entries(folder).map((name) => `${folder}/${name}`),
  );
  return process.platform === 'darwin' || devices.some((path) => GPU_DEVICE.test(path));
}

/** Whether a driver in this process has a GPU open: one that computes on the processor has not. */
export function holdsGpu(): boolean {
  const open = entries('/proc/self/fd').map((file) => target(`/proc/self/fd/${file}`));
  return process.platform === 'darwin' || open.some((path) => GPU_DEVICE.test(path));
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
