#include "checks.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

// MARK: Memory

// Each piece of memory has a region of its own, with a page after it that nobody may touch.
enum { REGIONS = 128, REGION_BYTES = 1 << 20, MARGIN = 64 };

static struct {
  uint8_t *start, *end, *fence;
} pieces[REGIONS];
static size_t piece_count;

static void *piece(size_t bytes, size_t slack) {
  static uint8_t *regions;
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), step = REGION_BYTES + page;
  if (!regions) {
    regions = mmap(NULL, REGIONS * step, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (regions == MAP_FAILED) abort();
    for (size_t r = 0; r < REGIONS; r++)
      if (mprotect(regions + r * step + REGION_BYTES, page, PROT_NONE)) abort();
  }
  if (piece_count == REGIONS || MARGIN + bytes + slack > REGION_BYTES) abort();
  uint8_t *fence = regions + piece_count * step + REGION_BYTES, *end = fence - slack, *start = end - bytes;
  memset(start - MARGIN, 0xff, (size_t)(fence - start) + MARGIN);
  pieces[piece_count].start = start;
  pieces[piece_count].end = end;
  pieces[piece_count++].fence = fence;
  return start;
}

void *fenced(size_t count, size_t size) { return piece(count * size, random_below(2) * size); }

void *fenced_panels(size_t count, size_t size) {
  if (count * size % ALS_PANEL_BYTES) abort();
  return piece(count * size, 0);
}

void release_fenced(void) {
  for (size_t p = 0; p < piece_count; p++) {
    for (const uint8_t *byte = pieces[p].start - MARGIN; byte < pieces[p].start; byte++)
      EXPECT(*byte == 0xff, "piece %zu, %td bytes before its start", p, pieces[p].start - byte);
    for (const uint8_t *byte = pieces[p].end; byte < pieces[p].fence; byte++)
      EXPECT(*byte == 0xff, "piece %zu, %td bytes after its end", p, byte - pieces[p].end);
  }
  piece_count = 0;
}

// MARK: Random numbers

static uint64_t state;

void seed_random(uint64_t seed) { state = seed; }

// SplitMix64 (Steele, Lea and Flood 2014).
static uint64_t random_bits(void) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

size_t random_below(size_t bound) { return (size_t)(random_bits() >> 32) % bound; }

double random_number(void) { return (double)(int64_t)random_bits() * 0x1p-63; }
