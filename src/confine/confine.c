/* SPDX-License-Identifier: Apache-2.0 */
#include "private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

static void unmap_report(struct launch_report **report)
{
    if (*report != NULL)
        munmap(*report, sizeof **report);
}

static int map_report(struct launch_report **ret, struct cull_error *reterr)
{
    void *memory = mmap(NULL, sizeof **ret, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                        0);

    if (memory == MAP_FAILED)
        return cull_fail_memory(reterr);
    *ret = memory;
    return 0;
}

/* Let the child go on when everybody is ready for it; else it ends without having called execve. */
static int release(struct launch *launch, struct watch *watch,
                   const struct cull_confine_options *options)
{
    int r = 0;

    watch->pid = launch->pid;
    if (options->watch_kill)
        cull_watch_start(watch);
    cull_signals_to(launch->pid, launch->signals);
    if (options->ready != NULL)
        r = options->ready(launch->pid, options->ready_data);
    if (r >= 0)
        cull_launch_go(launch);
    else
        cull_close_fd(&launch->go_fd);
    return r < 0 ? r : 0;
}

static void fill_result(const struct launch *launch, const struct watch *watch, int status,
                        struct cull_confine_result *ret)
{
    bool by_sigsys = WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;

    *ret = (struct cull_confine_result){ .wait_status = status };
    if (!by_sigsys)
        return;
    if (watch->attached)
        ret->killed_by_seccomp = watch->has_call || !watch->sent_by_somebody;
    else
        ret->killed_by_seccomp = launch->filter != NULL;
    if (watch->has_call) {
        ret->has_call = true;
        ret->call = watch->call;
    }
}

static int run(struct launch *launch, const struct cull_confine_options *options,
               struct cull_confine_result *ret, struct cull_error *reterr)
{
    struct watch watch = { .filter = launch->filter };
    int status, stopped, r;

    r = cull_launch(launch, reterr);
    if (r < 0)
        return r;
    stopped = release(launch, &watch, options);
    r = cull_watch_wait(&watch, &status, reterr);
    if (stopped < 0)
        return stopped; /* whoever was not ready has said why */
    if (r == 0)
        r = cull_launch_explain(launch, status, reterr);
    if (r == 0)
        fill_result(launch, &watch, status, ret);
    return r;
}

int cull_confine_run(char *const argv[], char *const envp[], const char *path,
                     const struct cull_filter *filter, const struct cull_confine_options *options,
                     struct cull_confine_result *ret, struct cull_error *reterr)
{
    static const struct cull_confine_options defaults = { 0 };
    __attribute__((cleanup(unmap_report))) struct launch_report *report = NULL;
    cull_auto_memory char *file = NULL;
    struct signals signals;
    struct launch launch;
    int r;

    if (options == NULL)
        options = &defaults;
    if (argv[0] == NULL)
        return cull_fail(reterr, ENOENT, "no command");
    r = cull_confine_find(argv[0], path, &file, reterr);
    if (r < 0)
        return r;
    r = map_report(&report, reterr);
    if (r < 0)
        return r;
    launch = (struct launch){
        .file = file,
        .argv = argv,
        .envp = envp,
        .filter = filter,
        .flags = options->flags,
        .signals = &signals,
        .report = report,
        .go_fd = -1,
    };
    cull_signals_start(&signals);
    r = run(&launch, options, ret, reterr);
    cull_signals_restore(&signals);
    return r;
}
