/**
 * Whether the processes that train let glibc keep what is freed and hand it out again, instead of
 * having the kernel map and zero it anew in every step. 3 to 10 % less memory than the runtime's
 * arena, as fast; elsewhere than on Linux the arena does it.
 */
export const GLIBC_KEEPS_MEMORY = process.platform === 'linux';

/** What such a process is started with (mallopt(3): M_MMAP_MAX, M_TRIM_THRESHOLD). */
export const ALLOCATOR_ENVIRONMENT: Readonly<Record<string, string>> = GLIBC_KEEPS_MEMORY
  ? { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: `${2 ** 40}` }
  : {};
