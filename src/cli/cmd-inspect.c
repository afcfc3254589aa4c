/* SPDX-License-Identifier: Apache-2.0 */
/* syscull inspect: what confines this process, another one, or a container. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "given.h"
#include "inspect-all.h"
#include "inspect.h"

static int given_pid(const struct invocation *given, const char *text, pid_t *ret)
{
    uint64_t pid;

    if (cull_parse_u64(text, &pid) < 0 || pid == 0 || pid > INT32_MAX)
        return cull_say_usage(given->command, "--pid %s: not a process id", text);
    *ret = (pid_t)pid;
    return 0;
}

static int given_method(const struct invocation *given, struct cull_probe_options *ret)
{
    static const char *const names[] = { "auto", "notif", "kill", "trace" };
    const char *method = cull_option_value(given, "method");

    ret->thorough = cull_option(given, "thorough") != NULL;
    for (size_t i = 0; method != NULL && i < sizeof names / sizeof *names; i++) {
        if (strcmp(method, names[i]) == 0) {
            ret->method = (enum cull_probe_method)i;
            return 0;
        }
    }
    if (method != NULL)
        return cull_say_usage(given->command, "--method %s: there are auto, notif, kill and trace",
                              method);
    return 0;
}

/* Options that exclude each other. */
static int check_options(const struct invocation *given)
{
    const bool pid = cull_option(given, "pid") != NULL;
    const bool container = cull_option(given, "container") != NULL;
    const bool all = cull_option(given, "all") != NULL;
    const bool probe = cull_option(given, "method") != NULL || cull_option(given, "thorough");

    if (pid + container + all > 1)
        return cull_say_usage(given->command, "--pid, --container and --all exclude each other");
    if (all && (cull_option(given, "require") != NULL || cull_option(given, "all-threads") != NULL))
        return cull_say_usage(given->command, "--all has one line for each: --require and "
                                              "--all-threads need one process");
    if (cull_option(given, "all-threads") != NULL && !pid && !container)
        return cull_say_usage(given->command, "--all-threads needs --pid or --container");
    if (probe && (pid || container || all))
        return cull_say_usage(given->command, "--method and --thorough are of the probe, from "
                                              "inside: leave --pid, --container and --all out");
    return cull_given_count(given, 0, 0, "no arguments");
}

static int find(const struct invocation *given, struct finding *ret, struct cull_error *reterr)
{
    const char *name = cull_option_value(given, "container");
    const char *text = cull_option_value(given, "pid");
    struct cull_probe_options options = { 0 };
    struct cull_container *container = NULL;
    pid_t pid = 0;
    int r;

    if (name == NULL && text == NULL) {
        r = given_method(given, &options);
        return r != 0 ? r : cull_finding_inside(&options, ret, reterr);
    }
    if (name != NULL) {
        r = cull_container_find(name, &container, reterr);
        pid = r == 0 ? container->init_pid : 0;
        if (r == 0 && pid == 0)
            r = cull_fail(reterr, ESRCH, "container %s has no process", name);
    } else {
        r = given_pid(given, text, &pid);
        /* That nobody knows its container is no reason not to look. */
        if (r == 0)
            (void)cull_container_of_pid(pid, &container, NULL);
    }
    if (r != 0) {
        cull_container_free(container);
        return r;
    }
    return cull_finding_outside(pid, container, ret, reterr);
}

static int show(const struct invocation *given, const struct finding *finding,
                struct cull_view *view, struct cull_error *reterr)
{
    int r = 0;

    cull_finding_show(finding, given->output != OUTPUT_TEXT, view);
    if (cull_option(given, "all-threads") != NULL)
        r = cull_inspect_threads(finding->pid, finding->filters, view, reterr);
    return r;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    const char *list = cull_option_value(given, "require");
    cull_auto_finding finding = { 0 };
    cull_auto(view) view = NULL;
    int r = check_options(given), answer = STATUS_YES;

    if (r != 0)
        return r;
    r = cull_view_new(&view, reterr);
    if (r == 0 && cull_option(given, "all") != NULL) {
        r = cull_inspect_all(view, reterr);
        return r < 0 ? r : cull_view_print(view, given->output, reterr);
    }
    if (r == 0)
        r = find(given, &finding, reterr);
    if (r == 0 && list != NULL)
        r = answer = cull_require(given->command, list, &finding, view, reterr);
    else if (r == 0)
        r = show(given, &finding, view, reterr);
    if (r < 0 || r == STATUS_USAGE)
        return r;
    r = cull_view_print(view, given->output, reterr);
    if (r == 0 && finding.verdicts == NULL) {
        cull_say_error(&finding.why);
        return answer == STATUS_NO ? STATUS_NO : STATUS_TROUBLE;
    }
    return r < 0 ? r : answer;
}

const struct command cull_command_inspect = {
    .path = "inspect",
    .synopsis = "[--pid PID|--container NAME|--all] [--all-threads] [--require LIST]\n"
                "[--method METHOD] [--thorough]",
    .brief = "what confines this process, another one, or a container",
    .about =
        "Shows who runs a process and what confines it: namespaces, capabilities, no_new_privs, the "
        "security module, masked paths, host mounts, engine sockets, limits; and which system calls "
        "seccomp blocks, with what they get, compared with what engines do by default. Without "
        "--pid, --container or --all it looks from inside, without rights, in any container: the "
        "filters are asked about every number, and no call that is asked about is executed. From "
        "outside, as root, the filters are read and evaluated. It is about seccomp alone whether a "
        "call is blocked: capabilities, the security module and the kernel may refuse more.",
    .options =
        (const struct option[]){
            { .name = "pid", .argument = "PID", .help = "look at this process, from outside" },
            { .name = "container",
              .argument = "NAME",
              .complete = COMPLETE_CONTAINER,
              .help = "look at the first process of a running container: name, id, or "
                      "namespace/pod:container" },
            { .name = "all",
              .help = "every container and every confined process of this host, a line each" },
            { .name = "all-threads", .help = "with --pid or --container: also each thread" },
            { .name = "require",
              .argument = "LIST",
              .help = "check instead of showing; the exit status is 1 if one does not hold: "
                      "seccomp=filter|strict|none, no-new-privs, CAP_X, denied:CALL, allowed:CALL, "
                      "runtime-default, read-only-root, no-engine-socket, no-host-mounts, "
                      "user-namespace; ! before one means the opposite" },
            { .name = "method",
              .argument = "METHOD",
              .complete = COMPLETE_WORDS,
              .words = "auto notif kill trace",
              .help = "how to ask from inside (default: what works)" },
            { .name = "thorough",
              .help = "from inside: also tell TRACE and a NOTIFY without an agent from ALLOW; the "
                      "kernel logs a killed child for each call that passes" },
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What confines this shell's programs?", "syscull inspect", NULL },
            { "Inside of a container that has nothing but the program",
              "docker run --rm -v $PWD/build-static/src/cli/syscull:/syscull:ro debian /syscull "
              "inspect",
              "docker" },
            { "A container, from the host", "sudo syscull inspect --container web", "docker" },
            { "For an admission check",
              "syscull inspect --require 'seccomp=filter,no-new-privs,!CAP_SYS_ADMIN,denied:mount'",
              "docker" },
            { 0 },
        },
    .run = run,
};
