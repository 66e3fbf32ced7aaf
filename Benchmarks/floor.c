// The floor: what a wrapper around one child must ask of the kernel, and nothing else.
//
//   floor COMMAND [ARG...]
//
// Starts COMMAND (CLONE_VFORK, with a pidfd), waits in epoll for its end or for SIGTERM, and starts it
// again at once when it ends. With NOTIFY_SOCKET set it says READY=1 after the first start.
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static sigset_t stops;

static int begin(void *words) {
    sigprocmask(SIG_UNBLOCK, &stops, NULL);
    setpgid(0, 0);
    execvp(((char **)words)[0], words);
    _exit(203);
}

static int start(char **words, pid_t *process) {
    static char stack[65536] __attribute__((aligned(16)));
    int pidfd = -1;
    *process = clone(begin, stack + sizeof stack, CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, words, &pidfd);
    if (*process < 0) {
        perror("floor: clone");
        exit(71);
    }
    return pidfd;
}

static void notify(const char *address) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    size_t length = strlen(address);
    if (length >= sizeof name.sun_path) return;
    memcpy(name.sun_path, address, length);
    if (address[0] == '@') name.sun_path[0] = 0;
    int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sendto(out, "READY=1", 7, MSG_NOSIGNAL, (struct sockaddr *)&name,
           offsetof(struct sockaddr_un, sun_path) + length);
    close(out);
}

int main(int count, char **words) {
    if (count < 2) {
        fprintf(stderr, "usage: floor COMMAND [ARG...]\n");
        return 64;
    }
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    sigprocmask(SIG_BLOCK, &stops, NULL);
    int signals = signalfd(-1, &stops, SFD_CLOEXEC);
    int wait = epoll_create1(EPOLL_CLOEXEC);
    epoll_ctl(wait, EPOLL_CTL_ADD, signals, &(struct epoll_event){.events = EPOLLIN, .data.fd = signals});

    const char *address = getenv("NOTIFY_SOCKET");
    for (;;) {
        pid_t process;
        int pidfd = start(words + 1, &process);
        if (address) notify(address);
        address = NULL;
        epoll_ctl(wait, EPOLL_CTL_ADD, pidfd, &(struct epoll_event){.events = EPOLLIN, .data.fd = pidfd});
        for (;;) {
            struct epoll_event event;
            if (epoll_wait(wait, &event, 1, -1) < 0) {
                if (errno == EINTR) continue;
                return 71;
            }
            if (event.data.fd == signals) {
                kill(process, SIGTERM);
                return 0;
            }
            siginfo_t end;
            waitid(P_PIDFD, pidfd, &end, WEXITED);
            close(pidfd);
            break;
        }
    }
}
