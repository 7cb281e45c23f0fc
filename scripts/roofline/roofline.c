// What this machine can do: multiplications by OpenBLAS, fused multiply-adds, and reading, by one thread and by all.

#include <cblas.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern void openblas_set_num_threads(int);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

enum { order = 2048, rows = 4 << 20, line = 64, repeats = 7 };
static float *a, *b, *c;
// 256 MB, read in order or by lines drawn at random.
static float *table;
static uint32_t *places;
static volatile float sink;

static void multiply(long part, long parts) {
  const long m = order / parts;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, order, order, 1, a + part * m * order, order, b, order, 0,
              c + part * m * order, order);
}

static void read_in_order(long part, long parts) {
  const long floats = (long)rows * 16 / parts;
  const float *start = table + part * floats;
  float sums[64] = {0};
  for (long i = 0; i < floats; i += 64)
    for (int j = 0; j < 64; j++) sums[j] += start[i + j];
  for (int j = 0; j < 64; j++) sink += sums[j];
}

// Pairs of lines, as rows of 64 half-precision numbers are.
static void read_at_random(long part, long parts) {
  const long count = rows / 2 / parts;
  const uint32_t *place = places + part * count;
  float sums[32] = {0};
  for (long i = 0; i < count; i++) {
    if (i + 64 < count) {
      const char *next = (const char *)(table + (size_t)place[i + 64] * 32);
      __builtin_prefetch(next, 0, 2);
      __builtin_prefetch(next + line, 0, 2);
    }
    const float *row = table + (size_t)place[i] * 32;
    for (int j = 0; j < 32; j++) sums[j] += row[j];
  }
  for (int j = 0; j < 32; j++) sink += sums[j];
}

typedef struct {
  void (*work)(long, long);
  long part, parts;
} task;

static void *run(void *argument) {
  const task *t = argument;
  t->work(t->part, t->parts);
  return NULL;
}

// The least seconds of several runs on `threads` threads.
static double seconds(void (*work)(long, long), long threads) {
  double least = 1e9;
  for (int repeat = 0; repeat < repeats; repeat++) {
    pthread_t others[64];
    task tasks[64];
    const double start = now();
    for (long i = 0; i < threads; i++) {
      tasks[i] = (task){work, i, threads};
      pthread_create(&others[i], NULL, run, &tasks[i]);
    }
    for (long i = 0; i < threads; i++) pthread_join(others[i], NULL);
    const double elapsed = now() - start;
    if (elapsed < least) least = elapsed;
  }
  return least;
}

int main(void) {
  const size_t square = (size_t)order * order * sizeof(float), bytes = (size_t)rows * line;
  a = aligned_alloc(line, square), b = aligned_alloc(line, square), c = aligned_alloc(line, square);
  table = aligned_alloc(2 << 20, bytes), places = malloc(rows / 2 * sizeof(uint32_t));
  if (!a || !b || !c || !table || !places) return fputs("roofline: out of memory\n", stderr), 1;
  for (size_t i = 0; i < square / sizeof(float); i++) a[i] = b[i] = (float)(i % 17) - 8;
  memset(table, 0, bytes);
  uint64_t random = 1;
  for (long i = 0; i < rows / 2; i++) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    places[i] = (uint32_t)((random >> 33) % (rows / 2));
  }
  openblas_set_num_threads(1);
  long all = sysconf(_SC_NPROCESSORS_ONLN);
  if (all > 64) all = 64;
  printf("| threads | sgemm, GFLOP/s | reading in order, GB/s | rows of 128 bytes at random, GB/s |\n|---|---|---|---|\n");
  for (long threads = 1;; threads = all) {
    printf("| %ld | %.0f | %.1f | %.1f |\n", threads, 2e-9 * order * order * order / seconds(multiply, threads),
           1e-9 * bytes / seconds(read_in_order, threads), 1e-9 * bytes / seconds(read_at_random, threads));
    if (threads == all) break;
  }
  return 0;
}
