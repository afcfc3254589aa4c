/* SPDX-License-Identifier: Apache-2.0 */
/* syscull inspect --require: what must be so. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "inspect.h"

static const char *const words[] = {
    "seccomp=filter", "seccomp=strict",   "seccomp=none",   "no-new-privs",   "runtime-default",
    "read-only-root", "no-engine-socket", "no-host-mounts", "user-namespace",
};

/* One requirement: whether it holds, and if not, what is instead. */
struct answer {
    bool holds;
    char because[160];
};

static void say(struct answer *answer, bool holds, const char *because)
{
    answer->holds = holds;
    snprintf(answer->because, sizeof answer->because, "%s", because);
}

/* ---- each kind ------------------------------------------------------------------------------------------ */

/* Blocked on every ABI that has it, whatever the arguments. */
static void check_call(const struct finding *finding, size_t id, bool denied, struct answer *answer)
{
    const struct cull_verdicts *verdicts = finding->verdicts;
    char text[32];

    say(answer, true, denied ? "it is denied" : "it is allowed");
    if (verdicts == NULL) {
        say(answer, false, "what seccomp answers is not known");
        return;
    }
    for (size_t i = 0; answer->holds && i < verdicts->abis_count; i++) {
        const struct cull_abi_verdicts *abi = &verdicts->abis[i];
        const struct cull_arch_info *info = cull_arch_info(abi->arch);
        uint32_t nr, verdict;

        /* To be allowed on the machine's own ABI is enough. */
        if (abi->is_absent || cull_syscall_nr(id, abi->arch, &nr) < 0 || (!denied && i > 0))
            continue;
        verdict = abi->verdicts[nr - info->nr_base];
        if (cull_verdict_is_pass(verdict) == denied || verdict == CULL_VERDICT_UNCLEAR ||
            verdict == CULL_VERDICT_UNKNOWN) {
            answer->holds = false;
            snprintf(answer->because, sizeof answer->because, "on %s it gets: %s", info->name,
                     cull_verdict_format(verdict, text));
        } else if (cull_verdicts_dependence(verdicts, abi->arch, nr) != NULL) {
            answer->holds = false;
            snprintf(answer->because, sizeof answer->because, "on %s it depends: %s", info->name,
                     cull_verdicts_dependence(verdicts, abi->arch, nr)->summary);
        }
    }
}

static void check_cap(const struct finding *finding, unsigned cap, struct answer *answer)
{
    const struct cull_task *task = &finding->task;
    uint64_t held = task->caps[CULL_CAPS_EFFECTIVE] | task->caps[CULL_CAPS_PERMITTED];

    if ((held & UINT64_C(1) << cap) != 0)
        say(answer, true, "it is held");
    else
        say(answer, false, "it is not held");
}

static void check_word(const struct finding *finding, const char *word, struct answer *answer)
{
    const struct cull_surroundings *around = finding->around;
    const struct cull_task *task = &finding->task;
    char seccomp[32];

    cull_finding_seccomp(task, seccomp);
    if (strncmp(word, "seccomp=", 8) == 0) {
        const char *mode = task->seccomp == 2 ? "filter" : seccomp;
        char because[64];

        snprintf(because, sizeof because, "seccomp is: %s", seccomp);
        say(answer, strcmp(word + 8, mode) == 0, because);
    } else if (strcmp(word, "no-new-privs") == 0) {
        say(answer, task->no_new_privs == 1,
            task->no_new_privs == 1 ? "no_new_privs is set" : "no_new_privs is not set");
    } else if (strcmp(word, "runtime-default") == 0) {
        bool is_like = finding->comparison != NULL && task->seccomp == 2 &&
                       finding->comparison->is_like;

        say(answer, is_like,
            is_like ? "it is RuntimeDefault-like" : "the filter is not RuntimeDefault-like");
    } else if (strcmp(word, "read-only-root") == 0) {
        say(answer, around->root_read_only,
            around->root_read_only ? "the root is read-only" : "the root is writable, or not seen");
    } else if (strcmp(word, "no-host-mounts") == 0) {
        say(answer, around->host_mounts_count == 0,
            around->host_mounts_count ? around->host_mounts[0].point : "there is none");
    } else if (strcmp(word, "user-namespace") == 0) {
        bool is_own = around->uid_map != NULL && *around->uid_map != '\0';

        say(answer, is_own, is_own ? "users are mapped" : "users are the host's, or not seen");
    } else {
        say(answer, true, "none answers");
        for (size_t i = 0; i < around->sockets_count; i++) {
            if (around->sockets[i].is_open)
                say(answer, false, around->sockets[i].path);
        }
    }
}

/* ---- the list -------------------------------------------------------------------------------------------- */

/* Whether it is a requirement at all: 0, or STATUS_USAGE. */
static int check_one(const struct command *command, const struct finding *finding,
                     const char *requirement, struct answer *answer)
{
    const bool is_not = *requirement == '!';
    const char *text = requirement + is_not;
    const bool is_call = strncmp(text, "denied:", 7) == 0 || strncmp(text, "allowed:", 8) == 0;
    const char *nearest;
    unsigned cap;
    size_t id;

    if (is_call) {
        const char *name = strchr(text, ':') + 1;

        if (cull_syscall_by_name(name, &id) < 0) {
            nearest = cull_syscall_nearest(name);
            return cull_say_usage(command, "--require %s: unknown system call \"%s\"%s%s%s",
                                  requirement, name, nearest ? ", did you mean \"" : "",
                                  nearest ? nearest : "", nearest ? "\"?" : "");
        }
        check_call(finding, id, *text == 'd', answer);
    } else if (strncasecmp(text, "CAP_", 4) == 0 && cull_cap_by_name(text, &cap) == 0) {
        check_cap(finding, cap, answer);
    } else {
        bool is_known = false;

        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            is_known |= strcmp(words[i], text) == 0;
        nearest = cull_text_nearest(text, words, sizeof words / sizeof *words);
        if (!is_known && nearest != NULL)
            return cull_say_usage(command,
                                  "--require: unknown requirement \"%s\", did you mean "
                                  "\"%s\"?",
                                  text, nearest);
        if (!is_known)
            return cull_say_usage(command, "--require: unknown requirement \"%s\"", text);
        check_word(finding, text, answer);
    }
    answer->holds ^= is_not;
    return 0;
}

int cull_require(const struct command *command, const char *list, const struct finding *finding,
                 struct cull_view *view, struct cull_error *reterr)
{
    static const struct cull_column columns[] = { { "requirement", "", false },
                                                  { "holds", "", false },
                                                  { "because", "", false } };
    char *copy = cull_arena_copy(view->arena, list, strlen(list)), *rest, *one;
    size_t failed = 0, count = 0;

    if (copy == NULL)
        return cull_fail_memory(reterr);
    cull_view_table(view, "requirements", columns, 3);
    for (one = strtok_r(copy, ",", &rest); one != NULL; one = strtok_r(NULL, ",", &rest)) {
        struct answer answer = { 0 };
        int r = check_one(command, finding, one, &answer);

        if (r != 0)
            return r;
        count++;
        failed += !answer.holds;
        cull_view_cell(view, one);
        cull_view_cell_tinted(view, answer.holds ? TINT_GOOD : TINT_BAD,
                              answer.holds ? "holds" : "failed");
        cull_view_cell(view, answer.holds ? "" : answer.because);
    }
    cull_view_table_end(view);
    if (count == 0)
        return cull_say_usage(command, "--require: the list is empty");
    return failed > 0 ? STATUS_NO : STATUS_YES;
}
