/* SPDX-License-Identifier: Apache-2.0 */
/* syscull profile show: a profile for people. */
#include <string.h>

#include "commands.h"
#include "given.h"
#include "standing.h"
#include "view.h"

#define VERDICTS_MAX 16

struct tally {
    size_t known, of[3]; /* calls of the architecture, by standing */
    struct {
        uint32_t verdict;
        size_t count;
    } refused[VERDICTS_MAX];
    size_t refused_count;
};

static void count_refused(struct tally *tally, uint32_t verdict)
{
    size_t i = 0;

    while (i < tally->refused_count && tally->refused[i].verdict != verdict)
        i++;
    if (i == VERDICTS_MAX)
        return;
    if (i == tally->refused_count)
        tally->refused[tally->refused_count++].verdict = verdict;
    tally->refused[i].count++;
}

static struct tally count(const struct cull_policy *policy)
{
    struct tally tally = { 0 };

    for (size_t id = 0; id < cull_syscall_count(); id++) {
        enum standing standing;
        uint32_t nr;

        if (cull_syscall_nr(id, policy->archs[0].arch, &nr) < 0)
            continue;
        standing = cull_standing(policy, nr);
        tally.known++;
        tally.of[standing]++;
        if (standing == STANDING_REFUSED)
            count_refused(&tally, cull_standing_verdict(policy, nr));
    }
    return tally;
}

static void add_refused(struct cull_view *view, const struct tally *tally)
{
    cull_auto_text text = { 0 };

    for (size_t i = 0; i < tally->refused_count; i++) {
        cull_text_add(&text, "%s%zu ", i > 0 ? ", " : ": ", tally->refused[i].count);
        cull_verdict_words(tally->refused[i].verdict, &text);
    }
    cull_view_format(view, NULL, "refused", "%zu%s", tally->of[STANDING_REFUSED],
                     text.size > 0 ? text.data : "");
    cull_view_list(view, "refusedWith");
    for (size_t i = 0; i < tally->refused_count; i++) {
        cull_auto_text words = { 0 };

        cull_verdict_words(tally->refused[i].verdict, &words);
        cull_view_map(view, NULL);
        cull_view_string(view, "with", NULL, words.data);
        cull_view_number(view, "calls", NULL, (int64_t)tally->refused[i].count);
        cull_view_end(view);
    }
    cull_view_end(view);
}

static void add_archs(struct cull_view *view, const struct cull_policy *policy)
{
    const char *names[CULL_ARCH_COUNT];
    size_t count = 0;

    for (; count < policy->archs_count && count < CULL_ARCH_COUNT; count++)
        names[count] = cull_arch_info(policy->archs[count].arch)->name;
    cull_view_words(view, "architectures", "architectures", names, count);
}

static void add_flags(struct cull_view *view, const struct cull_profile *profile)
{
    const char *names[32];
    size_t count = 0;

    for (unsigned bit = 0; bit < 32; bit++) {
        if ((profile->flags & (1u << bit)) != 0 && cull_flag_name(1u << bit) != NULL)
            names[count++] = cull_flag_name(1u << bit);
    }
    cull_view_words(view, "flags", count > 0 ? "flags" : NULL, names, count);
}

struct shown {
    const char *name; /* as it was given */
    const struct cull_profile *profile;
    const struct cull_policy *policy;
};

static void add_head(struct cull_view *view, const struct shown *shown, const struct tally *tally)
{
    static const char *const formats[] = { [CULL_FORMAT_OCI] = "OCI",
                                           [CULL_FORMAT_DOCKER] = "Docker",
                                           [CULL_FORMAT_KUBERNETES] = "Kubernetes" };
    const struct cull_profile *profile = shown->profile;
    const struct cull_policy *policy = shown->policy;
    const struct cull_action_info *action = cull_action_info(profile->default_action);
    cull_auto_text words = { 0 };

    cull_view_line(view, TINT_STRONG, "%s (%s)", shown->name, formats[profile->format]);
    cull_view_string(view, "file", NULL, shown->name);
    cull_view_string(view, "format", NULL, formats[profile->format]);
    cull_verdict_words(policy->default_verdict, &words);
    cull_view_string(view, "defaultAction", NULL, action->oci);
    cull_view_format(view, NULL, "default", "%s: other calls are %s%s", action->oci,
                     action->takes_errno ? "refused with " : "", words.data ? words.data : "");
    add_archs(view, policy);
    add_flags(view, profile);
    cull_view_number(view, "known", NULL, (int64_t)tally->known);
    cull_view_number(view, "allowed", NULL, (int64_t)tally->of[STANDING_ALLOWED]);
    cull_view_number(view, "conditional", NULL, (int64_t)tally->of[STANDING_CONDITIONAL]);
    cull_view_number(view, "refused", NULL, (int64_t)tally->of[STANDING_REFUSED]);
    cull_view_format(view, NULL, "allowed", "%zu of %zu system calls of %s",
                     tally->of[STANDING_ALLOWED] + tally->of[STANDING_CONDITIONAL], tally->known,
                     cull_arch_info(policy->archs[0].arch)->name);
    if (tally->of[STANDING_CONDITIONAL] > 0)
        cull_view_format(view, NULL, "conditional", "%zu of them, by their arguments (marked *)",
                         tally->of[STANDING_CONDITIONAL]);
    add_refused(view, tally);
}

/* One group: how many of how many, and the names: of those that are the exception. */
struct group_row {
    const char *names[3][1024];
    size_t of[3];
};

static void sort_group(struct group_row *row, const struct cull_policy *policy, const char *group)
{
    for (size_t id = 0; id < cull_syscall_count(); id++) {
        const struct cull_syscall *call = cull_syscall_info(id);
        enum standing standing;
        uint32_t nr;

        if (strcmp(call->group, group) != 0 || cull_syscall_nr(id, policy->archs[0].arch, &nr) < 0)
            continue;
        standing = cull_standing(policy, nr);
        if (row->of[standing] < 1024)
            row->names[standing][row->of[standing]++] = call->name;
    }
}

static void add_names(struct cull_text *text, const struct group_row *row, bool refused)
{
    const size_t allowed = row->of[STANDING_ALLOWED] + row->of[STANDING_CONDITIONAL];

    if (!refused && row->of[STANDING_REFUSED] == 0 && row->of[STANDING_CONDITIONAL] == 0) {
        cull_text_add(text, "all");
        return;
    }
    if (refused && allowed > 0 && row->of[STANDING_REFUSED] > 0)
        cull_text_add(text, "all but");
    for (unsigned standing = 0; standing < 3; standing++) {
        if (refused ? standing == STANDING_ALLOWED : standing == STANDING_REFUSED)
            continue;
        for (size_t i = 0; i < row->of[standing]; i++)
            cull_text_add(text, "%s%s%s", text->size > 0 ? " " : "", row->names[standing][i],
                          standing == STANDING_CONDITIONAL ? "*" : "");
    }
}

static int add_groups(struct cull_view *view, const struct cull_policy *policy,
                      struct cull_error *reterr)
{
    static const struct cull_column columns[] = {
        { "group", "GROUP", false }, { NULL, "ALLOWED", true },      { NULL, "", false },
        { "allowed", NULL, false },  { "conditional", NULL, false }, { "refused", NULL, false },
    };
    cull_auto_memory struct group_row *row = malloc(sizeof *row);

    if (row == NULL)
        return cull_fail_memory(reterr);
    cull_view_table(view, "groups", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < cull_group_count(); i++) {
        cull_auto_text share = { 0 }, names = { 0 };
        size_t allowed, all;

        memset(row->of, 0, sizeof row->of);
        sort_group(row, policy, cull_group_info(i)->name);
        allowed = row->of[STANDING_ALLOWED] + row->of[STANDING_CONDITIONAL];
        all = allowed + row->of[STANDING_REFUSED];
        if (all == 0)
            continue;
        cull_text_add(&share, "%zu of %zu", allowed, all);
        add_names(&names, row, cull_verdict_allows(policy->default_verdict) && allowed < all);
        cull_view_cell(view, cull_group_info(i)->name);
        cull_view_cell_tinted(view, allowed == 0 ? TINT_DIM : TINT_PLAIN, share.data);
        cull_view_cell(view, names.data ? names.data : "");
        for (unsigned standing = 0; standing < 3; standing++)
            cull_view_cell_words(view, row->names[standing], row->of[standing]);
    }
    cull_view_table_end(view);
    return 0;
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(profile) profile = NULL;
    cull_auto(profile) resolved = NULL;
    cull_auto(policy) policy = NULL;
    cull_auto(view) view = NULL;
    struct cull_target target;
    struct tally tally;
    int r;

    r = cull_given_count(given, 1, 1, "one profile");
    if (r == 0)
        r = cull_given_target(given, &target, reterr);
    if (r == 0)
        r = cull_given_profile(given->operands[0], &profile, reterr);
    if (r == 0)
        r = cull_profile_resolve(profile, &target, &resolved, reterr);
    if (r == 0)
        r = cull_policy_build(resolved, &policy, reterr);
    if (r == 0)
        r = cull_view_new(&view, reterr);
    if (r != 0)
        return r;
    tally = count(policy);
    add_head(view, &(struct shown){ given->operands[0], profile, policy }, &tally);
    cull_view_line(view, TINT_PLAIN, "%s", "");
    r = add_groups(view, policy, reterr);
    return r < 0 ? r : cull_view_print(view, given->output, reterr);
}

const struct command cull_command_profile_show = {
    .path = "profile show",
    .synopsis = "FILE [--arch ARCH] [--caps LIST] [--kernel VERSION] [--output FORMAT]",
    .brief = "a profile for people: what it allows, by what it is for",
    .about = "Resolves a profile for a machine (default: this one) and shows how many of how many "
             "system calls it allows, grouped by what they are for, and what becomes of the rest. "
             "A built-in profile's name is taken where a file is.",
    .options =
        (const struct option[]){
            OPTION_ARCH("the machine's architecture (default: this one)"),
            OPTION_CAPS,
            OPTION_KERNEL,
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What does it allow?", "syscull profile show web.json", "files" },
            { "What does Docker allow by default on ARM?",
              "syscull profile show runtime-default --arch aarch64", NULL },
            { 0 },
        },
    .operand = COMPLETE_PROFILE,
    .run = run,
};
