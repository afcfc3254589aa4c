/* SPDX-License-Identifier: Apache-2.0 */
/* syscull run: a command under a profile. */
#include <errno.h>
#include <signal.h>
#include <linux/seccomp.h>
#include <string.h>
#include <syscull/confine.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "given.h"
#include "learn.h"
#include "standing.h"

#ifndef SECCOMP_FILTER_FLAG_SPEC_ALLOW
#define SECCOMP_FILTER_FLAG_SPEC_ALLOW (1u << 2)
#endif

struct enforcement {
    const char *name; /* of the profile, as it was given */
    bool strict;
    struct cull_profile *profile, *resolved;
    struct cull_policy *policy;
    struct cull_filter *filter;
    bool added_execve;
};

static void enforcement_clear(struct enforcement *enforcement)
{
    cull_filter_free(enforcement->filter);
    cull_policy_free(enforcement->policy);
    cull_profile_free(enforcement->resolved);
    cull_profile_free(enforcement->profile);
}

static bool any_verdict(const struct cull_policy *policy, bool (*is)(uint32_t verdict))
{
    if (is(policy->default_verdict))
        return true;
    for (size_t i = 0; i < policy->archs_count; i++) {
        for (size_t j = 0; j < policy->archs[i].count; j++) {
            const struct cull_meaning *meaning = &policy->archs[i].meanings[j];

            if (is(meaning->verdict))
                return true;
            for (size_t k = 0; k < meaning->count; k++) {
                if (is(meaning->chains[k].verdict))
                    return true;
            }
        }
    }
    return false;
}

static bool is_notify(uint32_t verdict)
{
    return (verdict & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_USER_NOTIF;
}

static bool is_deadly(uint32_t verdict)
{
    uint32_t action = verdict & SECCOMP_RET_ACTION_FULL;

    return action == SECCOMP_RET_KILL_PROCESS || action == SECCOMP_RET_KILL_THREAD ||
           action == SECCOMP_RET_TRAP;
}

/* The native architecture's meaning of a number, made in its place if there is none yet. */
static struct cull_meaning *meaning_for(struct cull_policy *policy, uint32_t nr)
{
    struct cull_meaning *found = cull_standing_meaning(policy, nr), *grown;
    struct cull_arch_policy *native = &policy->archs[0];
    size_t at = 0;

    if (found != NULL)
        return found;
    grown = cull_arena_alloc(policy->arena, (native->count + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    while (at < native->count && native->meanings[at].nr < nr)
        at++;
    for (size_t i = 0; i < native->count; i++)
        grown[i < at ? i : i + 1] = native->meanings[i];
    native->meanings = grown;
    native->count++;
    return &grown[at];
}

/* The filter is loaded by the process that then calls execve: without it nothing can be started. */
static int permit_execve(struct enforcement *enforcement, struct cull_error *reterr)
{
    struct cull_policy *policy = enforcement->policy;
    struct cull_meaning *meaning;
    uint32_t nr;
    size_t id;

    if (cull_syscall_by_name("execve", &id) < 0 ||
        cull_syscall_nr(id, policy->archs[0].arch, &nr) < 0)
        return cull_fail(reterr, ENOSYS, "the table has no execve for this machine");
    if (cull_standing(policy, nr) == STANDING_ALLOWED)
        return 0;
    if (enforcement->strict)
        return cull_fail(reterr, EPERM,
                         "%s does not allow execve, by which the command is started: add it to the "
                         "profile, or leave --strict out",
                         enforcement->name);
    meaning = meaning_for(policy, nr);
    if (meaning == NULL)
        return cull_fail_memory(reterr);
    *meaning = (struct cull_meaning){ .nr = nr, .verdict = SECCOMP_RET_ALLOW };
    enforcement->added_execve = true;
    return 0;
}

static int prepare(struct enforcement *ret, struct cull_error *reterr)
{
    struct cull_target target;
    int r;

    r = cull_given_profile(ret->name, &ret->profile, reterr);
    if (r == 0 && ret->profile->is_empty)
        return cull_fail(reterr, EINVAL,
                         "%s is empty, so nothing would be refused (Docker and runc would run the "
                         "container unconfined): give it a defaultAction",
                         ret->name);
    if (r == 0)
        r = cull_target_default(&target, reterr);
    if (r == 0)
        r = cull_profile_resolve(ret->profile, &target, &ret->resolved, reterr);
    if (r == 0)
        r = cull_policy_build(ret->resolved, &ret->policy, reterr);
    if (r < 0)
        return r;
    if (any_verdict(ret->policy, is_notify))
        return cull_fail(reterr, ENOTSUP,
                         "%s hands calls to a supervisor (SCMP_ACT_NOTIFY), and run has none: use "
                         "SCMP_ACT_ERRNO or SCMP_ACT_LOG there",
                         ret->name);
    r = permit_execve(ret, reterr);
    return r < 0 ? r : cull_filter_compile(ret->policy, &ret->filter, reterr);
}

/* "mkdir (x86_64 83), which web.json:12 refuses" */
static void say_killed(const struct enforcement *enforcement, const struct cull_call *call)
{
    const struct cull_rule *rule = NULL;
    cull_auto_text text = { 0 };
    enum cull_arch arch;
    size_t id;

    if (cull_arch_by_call(call->audit, call->nr, &arch) < 0) {
        cull_say("killed by seccomp: call %u of the unknown architecture 0x%08x", call->nr,
                 call->audit);
        return;
    }
    if (cull_syscall_by_nr(arch, call->nr, &id) == 0)
        cull_text_add(&text, "%s (%s %u)", cull_syscall_info(id)->name, cull_arch_info(arch)->name,
                      call->nr);
    else
        cull_text_add(&text, "call %u of %s", call->nr, cull_arch_info(arch)->name);
    cull_policy_evaluate(enforcement->policy, call, &rule);
    if (rule != NULL)
        cull_say("killed by seccomp: %s, by the rule at %s:%u", text.data, enforcement->name,
                 rule->place.line);
    else
        cull_say("killed by seccomp: %s, which no rule of %s allows", text.data, enforcement->name);
    cull_say("next: if it belongs to the command, record the command again or allow the call");
}

/* A C library that is refused its first calls does not live long enough to say so. */
static void say_crashed(const struct enforcement *enforcement, int wait_status)
{
    char name[32];

    if (WIFSIGNALED(wait_status) &&
        (WTERMSIG(wait_status) == SIGSEGV || WTERMSIG(wait_status) == SIGABRT ||
         WTERMSIG(wait_status) == SIGBUS || WTERMSIG(wait_status) == SIGILL ||
         WTERMSIG(wait_status) == SIGTRAP))
        cull_say(
            "the command ended by %s, as programs do that are refused a call that they need; "
            "next: see which under this profile: sudo syscull record --raw run.rec -- syscull run "
            "--profile %s -- ...; syscull record show run.rec",
            cull_signal_name(WTERMSIG(wait_status), name, sizeof name), enforcement->name);
}

static int run_confined(const struct enforcement *enforcement, char **program,
                        struct cull_error *reterr)
{
    struct cull_confine_result result = { 0 };
    struct cull_confine_options options = {
        .watch_kill = any_verdict(enforcement->policy, is_deadly),
        .flags = enforcement->resolved->flags &
                 (SECCOMP_FILTER_FLAG_LOG | SECCOMP_FILTER_FLAG_SPEC_ALLOW),
    };
    int r;

    r = cull_confine_run(program, environ, getenv("PATH"), enforcement->filter, &options, &result,
                         reterr);
    if (r < 0)
        return r;
    if (result.killed_by_seccomp && result.has_call)
        say_killed(enforcement, &result.call);
    else if (result.killed_by_seccomp)
        cull_say("killed by seccomp; which call it was is not known");
    else
        say_crashed(enforcement, result.wait_status);
    return cull_exit_status(result.wait_status);
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    struct enforcement enforcement = { .name = cull_option_value(given, "profile"),
                                       .strict = cull_option(given, "strict") != NULL };
    cull_auto_memory char *found = NULL;
    int r;

    if (enforcement.name == NULL)
        return cull_say_usage(given->command, "run under what? --profile FILE");
    if (given->operands_count > 0)
        return cull_say_usage(given->command, "put -- before the command: syscull run ... -- %s",
                              given->operands[0]);
    if (given->program == NULL || given->program[0] == NULL)
        return cull_say_usage(given->command, "run what? -- COMMAND");
    r = prepare(&enforcement, reterr);
    if (r == 0 && enforcement.added_execve)
        cull_say("%s does not allow execve; it is allowed here, to start the command (--strict "
                 "refuses instead)",
                 enforcement.name);
    if (r < 0) {
        cull_say_error(reterr);
        r = STATUS_LAUNCH_TROUBLE;
    } else {
        r = cull_confine_find(given->program[0], getenv("PATH"), &found, reterr);
        if (r == 0)
            r = run_confined(&enforcement, given->program, reterr);
        if (r < 0) {
            cull_say_error(reterr);
            r = cull_launch_status(r);
        }
    }
    enforcement_clear(&enforcement);
    return r;
}

const struct command cull_command_run = {
    .path = "run",
    .synopsis = "--profile FILE [--strict] -- COMMAND...",
    .brief = "run a command under a profile",
    .about =
        "Resolves the profile for this machine, compiles it, sets no_new_privs, loads the filter "
        "and runs the command. Needs no privileges. The filter covers the command and not its "
        "launch: between loading and execve no other call is made, and if the profile "
        "lacks execve it is added and said so. A built-in profile's name is taken where a file "
        "is.\n\nExit status: the command's, 128+n when signal n ended it; 125 when syscull "
        "itself is the reason, 126 and 127 when the command cannot be run or is not found.",
    .options =
        (const struct option[]){
            { .letter = 'p',
              .name = "profile",
              .argument = "FILE",
              .complete = COMPLETE_PROFILE,
              .help = "the profile: OCI, Docker or Kubernetes, JSON or YAML" },
            { .name = "strict",
              .help = "add nothing: refuse to start if the profile lacks execve" },
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What Docker applies by default, without Docker",
              "syscull run --profile runtime-default -- true", NULL },
            { "Under what was recorded", "syscull run --profile web.json -- true", "files" },
            { 0 },
        },
    .takes_program = true,
    .run = run,
};
