/* render TEMPLATE FOLDER COUNT: the floor of `upkeep generate --from`.
 *
 * What anybody has to do who writes COUNT unit files: fill a name and a number into a text, and put each file in its
 * place atomically (draft, rename). TEMPLATE is a unit file in which @NAME@ and @PORT@ stand; it is read once. It has
 * no options, no checks and no decisions. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *text;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static char *put(char *to, const char *from, size_t count) {
  memcpy(to, from, count);
  return to + count;
}

static size_t fill(char *to, const char *name, const char *port) {
  char *start = to;
  const char *from = text;
  for (const char *mark; (mark = strchr(from, '@'));) {
    to = put(to, from, (size_t)(mark - from));
    if (strncmp(mark, "@NAME@", 6) == 0) {
      to = put(to, name, strlen(name));
      from = mark + 6;
    } else if (strncmp(mark, "@PORT@", 6) == 0) {
      to = put(to, port, strlen(port));
      from = mark + 6;
    } else {
      *to++ = '@';
      from = mark + 1;
    }
  }
  return (size_t)(put(to, from, strlen(from)) - start);
}

int main(int count, char **arguments) {
  if (count != 4) {
    fprintf(stderr, "usage: render TEMPLATE FOLDER COUNT\n");
    return 64;
  }
  int file = open(arguments[1], O_RDONLY | O_CLOEXEC);
  off_t size = file < 0 ? -1 : lseek(file, 0, SEEK_END);
  if (size < 0 || !(text = calloc(1, (size_t)size + 1)) || pread(file, text, (size_t)size, 0) != size)
    fail(arguments[1]);
  char *unit = malloc((size_t)size * 2 + 65536);
  if (!unit || chdir(arguments[2]) != 0) fail(arguments[2]);
  for (int number = 0; number < atoi(arguments[3]); number++) {
    char name[64], port[16], draft[96], path[96];
    snprintf(name, sizeof name, "bench-%d", number);
    snprintf(port, sizeof port, "%d", 10000 + number);
    snprintf(draft, sizeof draft, ".%s.service.new", name);
    snprintf(path, sizeof path, "%s.service", name);
    size_t length = fill(unit, name, port);
    int output = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (output < 0 || write(output, unit, length) != (ssize_t)length || close(output) != 0 || rename(draft, path) != 0)
      fail(path);
  }
  return 0;
}
