/** Whether a process of this machine is there. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs, and is someone else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
