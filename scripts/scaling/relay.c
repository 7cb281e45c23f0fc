// The network between hosts of measure-links, for kernels without netem: carries IP packets between the TUN devices of
// network namespaces, each host with a link of some rate both ways, and a delay on the way.
//
//   relay MILLISECONDS MBIT DEVICE NAMESPACE...        0 Mb/s for links without a limit
//
// The host of the n-th namespace has an address that ends in n. A packet leaves its host's link when the ones before it
// have, arrives after the delay, and then takes its turn on the link of the host that it is for. None is dropped: what
// TCP has under way waits here.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { mostHosts = 64, mostBytes = 65536 };

typedef struct Packet {
  struct Packet *next;
  int64_t due;  // nanoseconds
  int target, size;
  unsigned char bytes[];
} Packet;

typedef struct {
  Packet *first, *last;
  int64_t free;  // when the link has sent what it was given
} Link;

static Link up[mostHosts], down[mostHosts];
static struct pollfd devices[mostHosts];
static int hosts;
static double nanosecondsOfByte;

static void fail(const char *what) {
  fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// Puts a packet that is there at `time` on a link, at whose end it is `delay` after it was sent.
static void append(Link *link, Packet *packet, int64_t time, int64_t delay) {
  const int64_t start = link->free > time ? link->free : time;
  link->free = start + (int64_t)(packet->size * nanosecondsOfByte);
  packet->due = link->free + delay;
  packet->next = NULL;
  if (link->first) link->last->next = packet; else link->first = packet;
  link->last = packet;
}

// The first packet of a link if its time has come.
static Packet *taken(Link *link, int64_t time) {
  Packet *packet = link->first;
  if (!packet || packet->due > time) return NULL;
  link->first = packet->next;
  return packet;
}

// Opens a namespace's device.
static int opened(const char *name, const char *space) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", space);
  const int namespace = open(path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0 || setns(namespace, CLONE_NEWNET) != 0) fail(path);
  close(namespace);
  const int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (device < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (ioctl(device, TUNSETIFF, &request) != 0) fail(name);
  return device;
}

// Takes what a host has sent; other than IPv4 between the hosts goes nowhere.
static void receive(int host, int64_t delay) {
  static unsigned char bytes[mostBytes];
  ssize_t size;
  while ((size = read(devices[host].fd, bytes, sizeof bytes)) > 0) {
    if (size < 20 || bytes[0] >> 4 != 4 || bytes[19] < 1 || bytes[19] > hosts) continue;
    Packet *packet = malloc(sizeof *packet + (size_t)size);
    if (!packet) fail("memory");
    packet->size = (int)size;
    packet->target = bytes[19] - 1;
    memcpy(packet->bytes, bytes, (size_t)size);
    append(&up[host], packet, now(), delay);
  }
}

int main(int count, char **arguments) {
  if (count < 5 || count - 4 > mostHosts) {
    fprintf(stderr, "usage: relay MILLISECONDS MBIT DEVICE NAMESPACE...\n");
    return 64;
  }
  const int64_t delay = (int64_t)(atof(arguments[1]) * 1e6);
  const double mbit = atof(arguments[2]);
  nanosecondsOfByte = mbit > 0 ? 8e3 / mbit : 0;
  hosts = count - 4;
  for (int host = 0; host < hosts; host++) {
    devices[host] = (struct pollfd){.fd = opened(arguments[3], arguments[4 + host]), .events = POLLIN};
  }
  prctl(PR_SET_TIMERSLACK, 1);

  for (;;) {
    int64_t next = INT64_MAX;
    const int64_t time = now();
    for (int host = 0; host < hosts; host++) {
      Packet *packet;
      while ((packet = taken(&up[host], time))) append(&down[packet->target], packet, packet->due, 0);
    }
    for (int host = 0; host < hosts; host++) {
      Packet *packet;
      while ((packet = taken(&down[host], time))) {
        if (write(devices[host].fd, packet->bytes, (size_t)packet->size) < 0 && errno != EAGAIN) fail("sending");
        free(packet);
      }
      if (up[host].first && up[host].first->due < next) next = up[host].first->due;
      if (down[host].first && down[host].first->due < next) next = down[host].first->due;
    }
    const int64_t wait = next > time ? next - time : 0;
    const struct timespec timeout = {.tv_sec = wait / 1000000000, .tv_nsec = wait % 1000000000};
    if (ppoll(devices, (nfds_t)hosts, next == INT64_MAX ? NULL : &timeout, NULL) < 0) fail("waiting");
    for (int host = 0; host < hosts; host++) {
      if (devices[host].revents & POLLIN) receive(host, delay);
    }
  }
}
