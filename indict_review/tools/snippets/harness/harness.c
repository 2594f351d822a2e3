#define _GNU_SOURCE
/* Runs a check in C or C++ and reports how it stopped: see `snippets.interface`.
   Failed assertions come here instead of to the C library. Hostile code shares this process. */
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define SAMPLES 10

extern int ENTRY(int, char **);
void __sanitizer_print_stack_trace(void) __attribute__((weak));

static void report(const char *stop, const char *said, const char *file, unsigned line)
{
    int out = open(RESULT, O_WRONLY | O_CREAT | O_EXCL, 0600);
    dprintf(out, "%s\n%s\n", stop, said);
    if (file && strncmp(file, "/work/", 6) == 0)
        dprintf(out, "%s:%u\n", file + 6, line);
    else if (file)
        dprintf(out, ":%u\n", line);
    fflush(NULL);
    _exit(0);
}

void __assert_fail(const char *said, const char *file, unsigned line, const char *function)
{
    char text[400];
    snprintf(text, sizeof text, "Assertion `%s' failed.", said);
    report("assertion", text, file, line);
    (void)function;
}

/* Without a sanitizer's own stacks: addresses, for `build.sh` to look up. */
static void note_place(const char *what)
{
    void *at[64];
    int count = backtrace(at, 64), out = open(PLACES, O_WRONLY | O_CREAT | O_APPEND, 0600), i;

    dprintf(out, "%s\n", what);
    /* After ours and the kernel's: the very place, then the callers', right behind their calls. */
    for (i = 3; i < count; i++)
        dprintf(out, "%p\n", (void *)((char *)at[i] - (i > 3)));
    close(out);
}

/* Counts the calls that the check's main makes: while one and the same is under way, none comes. */
static volatile unsigned long calls;
static __thread int depth;

void __cyg_profile_func_enter(void *function, void *site)
{
    if (depth++ == 1)
        calls++;
    (void)function, (void)site;
}

void __cyg_profile_func_exit(void *function, void *site)
{
    depth--;
    (void)function, (void)site;
}

/* From half the time on, now and then, where it is; after the last, it is ended. */
static void sample(int signal)
{
    static int taken;
    static unsigned long before;
    if (!taken)
        before = calls;
    else if (calls != before)
        report("own", "the check itself did not end", NULL, 0);
    if (__sanitizer_print_stack_trace) {
        dprintf(2, "\nstill running %s\n", TRAIL);
        __sanitizer_print_stack_trace();
    } else {
        note_place("still running " TRAIL);
    }
    if (++taken >= SAMPLES)
        _exit(67);
    (void)signal;
}

static void crash(int signal)
{
    char said[100];
    snprintf(said, sizeof said, "crashed %s: %s", TRAIL, strsignal(signal));
    note_place(said);
    _exit(68);
}

static void watch_for_crashes(void)
{
    static char stack[1 << 16];
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {0};
    unsigned i;
    void *at[1];

    backtrace(at, 1); /* the first call loads what it needs */
    sigaltstack(&other, NULL); /* for when the other one overflows */
    action.sa_handler = crash;
    action.sa_flags = SA_ONSTACK;
    for (i = 0; i < sizeof fatal / sizeof *fatal; i++)
        sigaction(fatal[i], &action, NULL);
}

static struct timeval after(double seconds)
{
    struct timeval t;
    t.tv_sec = (long)seconds;
    t.tv_usec = (long)((seconds - (double)t.tv_sec) * 1e6);
    return t;
}

int main(int argc, char **argv)
{
    struct sigaction action = {0};
    struct itimerval timer = {after(SECONDS / 2.0 / SAMPLES), after(SECONDS / 2.0)};
    char said[64];
    int code;

    if (!__sanitizer_print_stack_trace)
        watch_for_crashes();
    action.sa_handler = sample;
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &timer, NULL);
    code = ENTRY(argc, argv);
    snprintf(said, sizeof said, "its main returned %d", code);
    report(code ? "own" : "end", code ? said : "", NULL, 0);
    return 1;
}
