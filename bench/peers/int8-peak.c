/*
 * What the processor's INT8 products give at most: dot products whose operands stay in registers, on so many pinned threads.
 * Reads lines {"kernel": "vector" | "tiles", "threads": n}, answers {"operations": a second} or null where the processor has none.
 * An operation is a multiplication or an addition, as in the 3.6 GOP of a ResNet18.
 * cc -O3 -march=native -pthread int8-peak.c
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <immintrin.h>
#include <sys/syscall.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { ROUNDS = 1 << 18, TURNS = 9, MOST_THREADS = 256 };

static volatile int32_t sink;

#if defined(__AVX512VNNI__)
/* 24 chains: the latency of a dot product is hidden behind the others. 64 products and sums each. */
#define CHAINS 24
#define VECTOR_OPERATIONS (CHAINS * 64 * 2)
static void vector_products(void) {
  __m512i a = _mm512_set1_epi8(3), b = _mm512_set1_epi8(5), sums[CHAINS];
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) sums[i] = _mm512_set1_epi32(i);
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++) {
      sums[i] = _mm512_dpbusd_epi32(sums[i], a, b);
      __asm__ volatile("" : "+v"(sums[i]));
    }
  }
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) sink += _mm512_reduce_add_epi32(sums[i]);
}
#elif defined(__AVX2__)
#define CHAINS 8
#define VECTOR_OPERATIONS (CHAINS * 32 * 2)
static void vector_products(void) {
  __m256i a = _mm256_set1_epi8(3), b = _mm256_set1_epi8(5), sums[CHAINS];
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) sums[i] = _mm256_set1_epi32(i);
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++) {
#if defined(__AVXVNNI__)
      sums[i] = _mm256_dpbusd_avx_epi32(sums[i], a, b);
#else
      /* Without VNNI: pairs in 16 bit, pairs of those in 32. */
      __m256i pairs = _mm256_maddubs_epi16(a, b);
      __asm__ volatile("" : "+x"(pairs));
      sums[i] = _mm256_add_epi32(sums[i], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
#endif
      __asm__ volatile("" : "+x"(sums[i]));
    }
  }
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) sink += _mm256_extract_epi32(sums[i], 0);
}
#elif defined(__ARM_FEATURE_DOTPROD)
#define CHAINS 24
#define VECTOR_OPERATIONS (CHAINS * 16 * 2)
static void vector_products(void) {
  int8x16_t a = vdupq_n_s8(3), b = vdupq_n_s8(5);
  int32x4_t sums[CHAINS];
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) sums[i] = vdupq_n_s32(i);
  for (int round = 0; round < ROUNDS; round++) {
#pragma GCC unroll 24
    for (int i = 0; i < CHAINS; i++) {
      sums[i] = vdotq_s32(sums[i], a, b);
      __asm__ volatile("" : "+w"(sums[i]));
    }
  }
#pragma GCC unroll 24
  for (int i = 0; i < CHAINS; i++) sink += vaddvq_s32(sums[i]);
}
#else
#define VECTOR_OPERATIONS 0
static void vector_products(void) {}
#endif

#if defined(__AMX_INT8__)
/* Six sums of 16 × 16, of 64 products and sums each. */
#define TILE_OPERATIONS (6 * 16 * 16 * 64 * 2)
static void tile_products(void) {
  struct {
    uint8_t palette, start, reserved[14];
    uint16_t row_bytes[16];
    uint8_t rows[16];
  } shape = {.palette = 1};
  static uint8_t ones[16 * 64];
  memset(ones, 1, sizeof ones);
  for (int tile = 0; tile < 8; tile++) {
    shape.row_bytes[tile] = 64;
    shape.rows[tile] = 16;
  }
  _tile_loadconfig(&shape);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_loadd(6, ones, 64);
  _tile_loadd(7, ones, 64);
  for (int round = 0; round < ROUNDS / 16; round++) {
    _tile_dpbusd(0, 6, 7);
    _tile_dpbusd(1, 6, 7);
    _tile_dpbusd(2, 6, 7);
    _tile_dpbusd(3, 6, 7);
    _tile_dpbusd(4, 6, 7);
    _tile_dpbusd(5, 6, 7);
  }
  int32_t sums[16 * 16];
  _tile_stored(0, sums, 64);
  sink += sums[0];
  _tile_release();
}

/* Linux gives a process the tiles when it asks: ARCH_REQ_XCOMP_PERM of XFEATURE_XTILEDATA. */
static int has_tiles(void) { return syscall(SYS_arch_prctl, 0x1023, 18) == 0; }
#else
#define TILE_OPERATIONS 0
static void tile_products(void) {}
static int has_tiles(void) { return 0; }
#endif

struct work {
  int core, tiles;
  pthread_barrier_t *start;
  double begun, ended;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void *turn(void *argument) {
  struct work *work = argument;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(work->core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  pthread_barrier_wait(work->start);
  work->begun = now();
  if (work->tiles) tile_products();
  else vector_products();
  work->ended = now();
  return NULL;
}

static double seconds_of_turn(int threads, int tiles) {
  pthread_t all[MOST_THREADS];
  struct work works[MOST_THREADS];
  pthread_barrier_t start;
  pthread_barrier_init(&start, NULL, threads);
  for (int i = 0; i < threads; i++) {
    works[i] = (struct work){.core = i, .tiles = tiles, .start = &start};
    pthread_create(&all[i], NULL, turn, &works[i]);
  }
  double begun = 1e300, ended = 0;
  for (int i = 0; i < threads; i++) {
    pthread_join(all[i], NULL);
    if (works[i].begun < begun) begun = works[i].begun;
    if (works[i].ended > ended) ended = works[i].ended;
  }
  return ended - begun;
}

int main(void) {
  char line[256];
  while (fgets(line, sizeof line, stdin)) {
    int tiles = strstr(line, "\"tiles\"") != NULL;
    const char *at = strstr(line, "\"threads\":");
    int threads = at ? atoi(at + strlen("\"threads\":")) : 1;
    double operations = tiles ? (double)TILE_OPERATIONS * (ROUNDS / 16) : (double)VECTOR_OPERATIONS * ROUNDS;
    if (operations == 0 || (tiles && !has_tiles()) || threads < 1 || threads > MOST_THREADS) {
      puts("{\"operations\":null}");
    } else {
      /* The best of the turns: others only take away. */
      double best = 1e300;
      for (int i = 0; i < TURNS; i++) {
        double seconds = seconds_of_turn(threads, tiles);
        if (seconds < best) best = seconds;
      }
      printf("{\"operations\":%.0f}\n", threads * operations / best);
    }
    fflush(stdout);
  }
  return 0;
}
