// The supervised child of every benchmark: says when its main() began, then waits for ever without a wake-up.
//
//   child [-d PIDFILE] FIFO TAG
//
// Writes the line "TAG PID NANOSECONDS" (CLOCK_MONOTONIC) to FIFO. A FIFO and not a datagram socket: it
// takes a thousand lines before anybody has to read one, so the collector can sleep through a storm of
// restarts instead of taking part in it. -d is for monit, whose start programs go into the background.
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int put(const char *path, int flags, const char *text, int length) {
    int file = open(path, flags | O_CLOEXEC, 0644);
    if (file < 0) return -1;
    int written = write(file, text, length) == length;
    close(file);
    return written ? 0 : -1;
}

int main(int count, char **words) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);

    const char *pidfile = NULL;
    if (count == 5 && !strcmp(words[1], "-d")) {
        pidfile = words[2];
        words += 2;
    } else if (count != 3) {
        fprintf(stderr, "usage: child [-d PIDFILE] FIFO TAG\n");
        return 64;
    }
    char line[128];
    if (pidfile) {
        pid_t forked = fork();
        if (forked < 0) return 71;
        if (forked > 0) _exit(0);
        setsid();
        put(pidfile, O_WRONLY | O_CREAT | O_TRUNC, line, snprintf(line, sizeof line, "%d\n", getpid()));
    }
    int length = snprintf(line, sizeof line, "%s %d %lld\n", words[2], getpid(),
                          now.tv_sec * 1000000000LL + now.tv_nsec);
    // Without a reader the run is over: leave, rather than stay behind.
    if (put(words[1], O_WRONLY | O_NONBLOCK, line, length) < 0) return 74;
    for (;;) pause();
}
