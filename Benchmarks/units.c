/* units [-p] ROUNDS: the floor of listing units: asks the service manager for all of them and reads every value.
 *
 * What anybody has to do who calls ListUnits with libsystemd: one synchronous call, one sd_bus_message_read for each
 * unit. -p takes the private socket, as root's tools do. Prints the number of units and, for each round, microseconds.
 * With -w ROUNDS it does not read the values: what the manager and the transport cost alone. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>
#include <time.h>

static void fail(const char *what, int error) {
  fprintf(stderr, "units: %s: %s\n", what, strerror(-error));
  exit(1);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static unsigned long bytes; /* so that nothing is optimised away */

static int read_units(sd_bus_message *reply) {
  const char *text[9];
  uint32_t job;
  int count = 0, result = sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");
  if (result < 0) fail("enter", result);
  while ((result = sd_bus_message_read(
            reply, "(ssssssouso)", &text[0], &text[1], &text[2], &text[3], &text[4], &text[5], &text[6], &job,
            &text[7], &text[8])) > 0) {
    /* A client that keeps what it reads copies it: names and descriptions, as the states are a handful of words. */
    char *name = strdup(text[0]), *description = strdup(text[1]), *path = strdup(text[6]);
    bytes += strlen(name) + strlen(description) + strlen(path) + strlen(text[3]) + strlen(text[4]);
    free(name);
    free(description);
    free(path);
    count++;
  }
  if (result < 0) fail("read", result);
  return count;
}

int main(int argc, char **argv) {
  int option = argc > 2 ? argv[1][1] : 0;
  int rounds = atoi(argv[argc - 1]);
  sd_bus *bus = NULL;
  int result;
  if (option == 'p' || option == 'w') {
    result = sd_bus_new(&bus);
    if (result >= 0) result = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
    if (result >= 0) result = sd_bus_start(bus);
  } else {
    result = sd_bus_open_system(&bus);
  }
  if (result < 0) fail("connect", result);
  int count = 0;
  for (int round = 0; round < rounds; round++) {
    sd_bus_message *reply = NULL;
    sd_bus_error error = SD_BUS_ERROR_NULL;
    double begin = now();
    result = sd_bus_call_method(
      bus, option ? NULL : "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
      "org.freedesktop.systemd1.Manager", "ListUnits", &error, &reply, "");
    if (result < 0) fail("ListUnits", result);
    if (option != 'w') count = read_units(reply);
    double end = now();
    printf("%.1f\n", end - begin);
    sd_bus_message_unref(reply);
  }
  fprintf(stderr, "%d units, %lu bytes\n", count, bytes);
  return 0;
}
