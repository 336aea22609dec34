/*
 * Loaded before the C library: what is done to files below a folder fails with the error that one byte of a file names, which
 * another process writes while this one runs. 0: nothing fails. EROFS: all that writes, as after a read-only remount. EIO: reads,
 * writes and flushes, every third of them, as a card that dies.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static const volatile unsigned char *control;
static const char *folder;
static unsigned calls;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("EDGELOOP_DISK_CONTROL");
  folder = getenv("EDGELOOP_DISK_FOLDER");
  if (!path || !folder) return;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void *byte = mmap(NULL, 1, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (byte != MAP_FAILED) control = byte;
}

static int below(const char *path) {
  size_t length = strlen(folder);
  return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* What fails: a call that only reads does not where the disk can be read. */
static int fails(int writes) {
  int error = control ? *control : 0;
  if (error == 0 || (error == EROFS && !writes)) return 0;
  if (error == EIO && __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED) % 3 != 0) return 0;
  return error;
}

static int path_fails(const char *path, int writes) {
  if (!control || *control == 0 || !path || !below(path)) return 0;
  return (errno = fails(writes));
}

static int file_fails(int file, int writes) {
  char link[32], path[PATH_MAX];
  if (!control || *control == 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = '\0';
  return path_fails(path, writes);
}

#define NEXT(type, name, ...) \
  static type (*next)(__VA_ARGS__); \
  if (!next) next = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

#define ON_FILE(type, name, writes, parameters, arguments, ...) \
  type name parameters { \
    NEXT(type, name, __VA_ARGS__); \
    return file_fails(file, writes) ? -1 : next arguments; \
  }

ON_FILE(ssize_t, write, 1, (int file, const void *from, size_t size), (file, from, size), int, const void *, size_t)
ON_FILE(ssize_t, pwrite, 1, (int file, const void *from, size_t size, off_t at), (file, from, size, at), int, const void *, size_t, off_t)
ON_FILE(ssize_t, pwrite64, 1, (int file, const void *from, size_t size, off64_t at), (file, from, size, at), int, const void *, size_t, off64_t)
ON_FILE(ssize_t, writev, 1, (int file, const struct iovec *from, int count), (file, from, count), int, const struct iovec *, int)
ON_FILE(ssize_t, pwritev, 1, (int file, const struct iovec *from, int count, off_t at), (file, from, count, at), int, const struct iovec *, int, off_t)
ON_FILE(ssize_t, pwritev64, 1, (int file, const struct iovec *from, int count, off64_t at), (file, from, count, at), int, const struct iovec *, int, off64_t)
ON_FILE(ssize_t, read, 0, (int file, void *to, size_t size), (file, to, size), int, void *, size_t)
ON_FILE(ssize_t, pread, 0, (int file, void *to, size_t size, off_t at), (file, to, size, at), int, void *, size_t, off_t)
ON_FILE(ssize_t, pread64, 0, (int file, void *to, size_t size, off64_t at), (file, to, size, at), int, void *, size_t, off64_t)
ON_FILE(int, fsync, 0, (int file), (file), int)
ON_FILE(int, fdatasync, 0, (int file), (file), int)
ON_FILE(int, ftruncate, 1, (int file, off_t size), (file, size), int, off_t)
ON_FILE(int, ftruncate64, 1, (int file, off64_t size), (file, size), int, off64_t)

#define ON_PATH(name, parameters, arguments, ...) \
  int name parameters { \
    NEXT(int, name, __VA_ARGS__); \
    return path_fails(path, 1) ? -1 : next arguments; \
  }

ON_PATH(unlink, (const char *path), (path), const char *)
ON_PATH(rmdir, (const char *path), (path), const char *)
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode), const char *, mode_t)
ON_PATH(rename, (const char *path, const char *to), (path, to), const char *, const char *)

#define OPENS(name) \
  int name(const char *path, int flags, ...) { \
    NEXT(int, name, const char *, int, ...); \
    va_list more; \
    va_start(more, flags); \
    mode_t mode = va_arg(more, mode_t); \
    va_end(more); \
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0; \
    return path_fails(path, writes) ? -1 : next(path, flags, mode); \
  }

OPENS(open)
OPENS(open64)
