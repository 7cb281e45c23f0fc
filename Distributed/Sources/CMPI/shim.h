// MPI for Swift, which imports neither the macros of mpi.h nor its incomplete types. Open MPI or MPICH: what differs
// between them is hidden here. All functions work on the processes that were started together, and return an MPI error
// code, 0 for success.

#ifndef CMPI_SHIM_H
#define CMPI_SHIM_H

#include <mpi.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define CMPI_ERROR_TEXT 1024

/// The library that this header belongs to, as it calls itself.
static inline const char *cmpi_header_library(void) {
#if defined(OPEN_MPI)
  return "Open MPI";
#elif defined(MPICH_VERSION)
  return "MPICH";
#else
  return "";
#endif
}

/// Writes what the library that is loaded says of itself, with a zero at the end.
#define CMPI_LIBRARY_TEXT 16384
static inline void cmpi_loaded_library(char *text) {
  int length = 0;
  text[0] = 0;
  MPI_Get_library_version(text, &length);
}

/// Starts MPI for calls from any thread, one at a time; `serialized` says whether it can do that.
static inline int cmpi_initialize(bool *serialized) {
  int provided = MPI_THREAD_SINGLE;
  const int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, &provided);
  *serialized = provided >= MPI_THREAD_SERIALIZED;
  if (code != MPI_SUCCESS) return code;
  return MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

static inline int cmpi_finalize(void) { return MPI_Finalize(); }

/// Ends all processes.
static inline void cmpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

static inline int cmpi_rank(int *rank) { return MPI_Comm_rank(MPI_COMM_WORLD, rank); }
static inline int cmpi_count(int *count) { return MPI_Comm_size(MPI_COMM_WORLD, count); }

/// The number of processes on this machine.
static inline int cmpi_count_here(int *count) {
  MPI_Comm here;
  int code = MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &here);
  if (code != MPI_SUCCESS) return code;
  code = MPI_Comm_size(here, count);
  MPI_Comm_free(&here);
  return code;
}

/// Sends `outgoing_counts[r]` bytes from `outgoing_starts[r]` on to each rank r, and receives in the same way.
static inline int cmpi_exchange(
    const void *outgoing, const int *outgoing_counts, const int *outgoing_starts, void *incoming,
    const int *incoming_counts, const int *incoming_starts) {
  return MPI_Alltoallv(
      outgoing, outgoing_counts, outgoing_starts, MPI_BYTE, incoming, incoming_counts, incoming_starts, MPI_BYTE,
      MPI_COMM_WORLD);
}

/// Begins cmpi_exchange among `count` processes; `exchange` is for cmpi_is_done.
static inline int cmpi_begin_exchange(
    int count, const void *outgoing, const int *outgoing_counts, const int *outgoing_starts, void *incoming,
    const int *incoming_counts, const int *incoming_starts, void **exchange) {
  // MPI reads the numbers until the end.
  const size_t bytes = (size_t)count * sizeof(int);
  char *memory = (char *)malloc(sizeof(MPI_Request) + 4 * bytes);
  *exchange = memory;
  if (!memory) return MPI_ERR_NO_MEM;
  int *numbers = (int *)(memory + sizeof(MPI_Request));
  memcpy(numbers, outgoing_counts, bytes);
  memcpy(numbers + count, outgoing_starts, bytes);
  memcpy(numbers + 2 * count, incoming_counts, bytes);
  memcpy(numbers + 3 * count, incoming_starts, bytes);
  return MPI_Ialltoallv(
      outgoing, numbers, numbers + count, MPI_BYTE, incoming, numbers + 2 * count, numbers + 3 * count, MPI_BYTE,
      MPI_COMM_WORLD, (MPI_Request *)memory);
}

/// Whether an exchange has come to its end, which frees it.
static inline int cmpi_is_done(void *exchange, bool *done) {
  int flag = 0;
  const int code = MPI_Test((MPI_Request *)exchange, &flag, MPI_STATUS_IGNORE);
  *done = flag;
  if (flag) free(exchange);
  return code;
}

static inline int cmpi_gather(const void *own, int count, void *all) {
  return MPI_Allgather(own, count, MPI_BYTE, all, count, MPI_BYTE, MPI_COMM_WORLD);
}

static inline int cmpi_broadcast(void *bytes, int count, int root) {
  return MPI_Bcast(bytes, count, MPI_BYTE, root, MPI_COMM_WORLD);
}

static inline int cmpi_send(const void *bytes, int count, int rank) {
  return MPI_Send(bytes, count, MPI_BYTE, rank, 0, MPI_COMM_WORLD);
}

static inline int cmpi_receive(void *bytes, int count, int rank) {
  return MPI_Recv(bytes, count, MPI_BYTE, rank, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/// Writes what `code` means, at most CMPI_ERROR_TEXT bytes, with a zero at the end.
static inline void cmpi_error_text(int code, char *text) {
  char whole[MPI_MAX_ERROR_STRING + 1] = {0};
  int length = 0;
  MPI_Error_string(code, whole, &length);
  int i = 0;
  for (; i < length && i < CMPI_ERROR_TEXT - 1; i++) text[i] = whole[i];
  text[i] = 0;
}

#endif
