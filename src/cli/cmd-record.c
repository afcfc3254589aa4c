/* SPDX-License-Identifier: Apache-2.0 */
/* syscull record: learn what a command or a container calls. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "given.h"
#include "learn.h"

/* --for is "container", or how long. */
static int given_for(const struct invocation *given, struct learning *ret)
{
    for (size_t i = 0; i < given->options_count; i++) {
        const char *value = given->options[i].value;

        if (given->options[i].option->name == NULL ||
            strcmp(given->options[i].option->name, "for") != 0)
            continue;
        if (strcmp(value, "container") == 0) {
            ret->for_container = true;
            continue;
        }
        if (ret->limit_ns > 0)
            return cull_say_usage(given->command, "--for has two durations");
        if (cull_parse_duration_ns(value, &ret->limit_ns) < 0)
            return cull_say_usage(given->command,
                                  "--for \"%s\": say container, or how long: 500ms, 30s, 10m, 2h",
                                  value);
        if (ret->limit_ns == 0)
            return cull_say_usage(given->command, "--for 0 would record nothing");
    }
    return 0;
}

static bool are_same(const char *a, const char *b)
{
    struct stat of_a, of_b;

    if (strcmp(a, b) == 0)
        return true;
    return stat(a, &of_a) == 0 && stat(b, &of_b) == 0 && S_ISREG(of_a.st_mode) &&
           of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

static int given_files(const struct invocation *given, struct learning *ret,
                       struct cull_error *reterr)
{
    int r = 0;

    ret->profile_path = cull_option_value(given, "o");
    ret->raw_path = cull_option_value(given, "raw");
    if (ret->profile_path == NULL && ret->raw_path == NULL)
        ret->profile_path = "-";
    if (ret->profile_path && ret->raw_path && are_same(ret->profile_path, ret->raw_path))
        return cull_say_usage(given->command, "-o and --raw are the same file, \"%s\"",
                              ret->raw_path);
    /* Now, not when an hour has been recorded. */
    if (ret->profile_path != NULL)
        r = cull_output_check(ret->profile_path, reterr);
    if (r == 0 && ret->raw_path != NULL)
        r = cull_output_check(ret->raw_path, reterr);
    return r;
}

static int check_subject(const struct invocation *given)
{
    const char *container = cull_option_value(given, "container");

    if (given->operands_count > 0 && given->program == NULL && container == NULL)
        return cull_say_usage(given->command, "put -- before the command: syscull record ... -- %s",
                              given->operands[0]);
    if (given->operands_count > 0)
        return cull_say_usage(given->command, "what is \"%s\"? a command follows --",
                              given->operands[0]);
    if (container == NULL && cull_option(given, "wait") != NULL)
        return cull_say_usage(given->command, "--wait is for a container: --container NAME");
    if (container != NULL && given->program != NULL)
        return cull_say_usage(given->command, "a container and a command: record one of them");
    if (container == NULL && (given->program == NULL || given->program[0] == NULL))
        return cull_say_usage(given->command, "what to record? -- COMMAND, or --container NAME");
    return 0;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    struct learning learning = { 0 };
    int r;

    r = check_subject(given);
    if (r == 0)
        r = given_for(given, &learning);
    if (r == 0)
        r = given_files(given, &learning, reterr);
    if (r < 0 && given->program != NULL) {
        cull_say_error(reterr);
        return STATUS_LAUNCH_TROUBLE;
    }
    if (r != 0)
        return r;
    learning.waits = cull_option(given, "wait") != NULL;
    if (given->program != NULL)
        r = cull_learn_command(&learning, given->program, reterr);
    else
        r = cull_learn_container(&learning, cull_option_value(given, "container"), reterr);
    cull_trace_free(learning.trace);
    cull_record_free(learning.record);
    return r;
}

const struct command cull_command_record = {
    .path = "record",
    .synopsis = "[-o FILE] [--raw FILE] [--for container|DURATION] -- COMMAND...\n"
                "--container NAME [--wait] [-o FILE] [--raw FILE] [--for DURATION]",
    .brief = "learn what a command or a container calls",
    .about =
        "Records every system call of a command and all its descendants, or of a running "
        "container until it stops, and writes the profile that allows these calls alone. Nothing "
        "is sent per call, so nothing can be lost; refused calls are recorded as refused. Ctrl-C "
        "ends the recording of a container, and of what a command left behind; what was recorded "
        "is written. Needs root, or CAP_BPF and CAP_PERFMON.\n\nExit status: the command's; 125 "
        "when syscull itself is the reason, 126 and 127 when the command cannot be run or is not "
        "found. Of a container: 0, or 3.",
    .options =
        (const struct option[]){
            OPTION_FILE("write the profile to FILE; - and the default without --raw: standard "
                        "output"),
            { .name = "raw",
              .argument = "FILE",
              .complete = COMPLETE_FILE,
              .help = "write the recording itself: who called what first, counts, refusals" },
            { .letter = 'c',
              .name = "container",
              .argument = "NAME",
              .complete = COMPLETE_CONTAINER,
              .help = "a running container: its name, id, the beginning of its id, "
                      "namespace/pod, or pid:NUMBER" },
            { .name = "wait",
              .help =
                  "the container does not run yet: wait until it starts, and record it from its "
                  "first call" },
            { .name = "for",
              .argument = "WHAT",
              .complete = COMPLETE_WORDS,
              .words = "container 30s 10m",
              .many = true,
              .help = "container: add what container runtimes need to a command's profile. A "
                      "duration (500ms, 30s, 10m, 2h): end then; a command gets SIGTERM, and "
                      "SIGKILL 10 s later" },
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "Learn what tar calls",
              "syscull record -o tar.json -- tar czf /tmp/x.tgz /etc/passwd", "root" },
            { "A container, for half a minute",
              "syscull record --container web -o web.json --for 30s", "docker" },
            { "A container from its first call: then start it elsewhere with docker run --name web",
              "syscull record --container web --wait -o web.json", "docker" },
            { "Keep the recording too, to merge it with others",
              "syscull record -o a.json --raw a.rec -- ls /", "root" },
            { "A program that will run in a container",
              "syscull record --for container -o app.json -- true", "root" },
            { 0 },
        },
    .takes_program = true,
    .run = run,
};
