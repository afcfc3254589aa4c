/* SPDX-License-Identifier: Apache-2.0 */
/* What was read, what is missing, and what is made of it. */
#include <stdio.h>
#include <string.h>

#include "audit.h"
#include "learn.h"

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void add_part(struct cull_text *text, uint64_t count, const char *what)
{
    if (count > 0)
        cull_text_add(text, "%s%llu %s", text->size > 0 ? ", " : "", (unsigned long long)count,
                      what);
}

/* Gaps of one source, each with what to do. */
static void say_source(const struct cull_audit_counts *counts)
{
    const bool live = counts->source == CULL_AUDIT_NETLINK;

    if (counts->lost > 0)
        cull_say("%s: %llu records lost by the kernel%s", counts->name,
                 (unsigned long long)counts->lost,
                 counts->overflows > 0 ? ": this reader was too slow for them" : "");
    if (counts->overrun > 0)
        cull_say("%s: %llu messages were overwritten before they were read", counts->name,
                 (unsigned long long)counts->overrun);
    if (live && counts->unseen > counts->lost)
        cull_say("%s: %llu serial numbers did not come, of whatever kind of record", counts->name,
                 (unsigned long long)counts->unseen);
    if (counts->broken > 0)
        cull_say("%s: %llu record%s cut short, the first at byte %llu", counts->name,
                 (unsigned long long)counts->broken, counts->broken == 1 ? " is" : "s are",
                 (unsigned long long)counts->first_broken);
    if (counts->foreign > 0)
        cull_say("%s: %llu line%s left out: like a record, but written by a program and not by the "
                 "kernel, the first at byte %llu",
                 counts->name, (unsigned long long)counts->foreign, plural(counts->foreign),
                 (unsigned long long)counts->first_foreign);
    if (counts->turns > 0)
        cull_say("%s: rotated or truncated %llu time%s, and followed", counts->name,
                 (unsigned long long)counts->turns, plural(counts->turns));
}

void cull_audit_summarise(struct auditing *auditing)
{
    const struct cull_audit_counts *counts;
    size_t count = cull_audit_counts(auditing->audit, &counts);
    uint64_t suppressed = 0, lost = 0, overrun = 0, duplicates = 0, outside = 0;
    cull_auto_text lead = { 0 }, parts = { 0 }, names = { 0 };

    for (size_t i = 0; i < count; i++) {
        /* Copies of one log say the same about it. */
        suppressed = counts[i].suppressed > suppressed ? counts[i].suppressed : suppressed;
        lost += counts[i].lost;
        overrun += counts[i].overrun;
        duplicates += counts[i].duplicates;
        outside += counts[i].outside;
        if (i < 3)
            cull_text_add(&names, "%s%s", i > 0 ? ", " : "", counts[i].name);
    }
    if (count > 3)
        cull_text_add(&names, " and %zu more", count - 3);
    add_part(&parts, suppressed, "suppressed by printk_ratelimit");
    add_part(&parts, overrun, "overwritten");
    add_part(&parts, duplicates, "twice there");
    add_part(&parts, outside, "of other times");
    add_part(&parts, auditing->elsewhere, "of others");
    if (lost > 0 || suppressed == 0)
        cull_text_add(&lead, ", %llu lost", (unsigned long long)lost);
    cull_say("%llu record%s%s%s%s (%s)%s", (unsigned long long)auditing->records,
             plural(auditing->records), lead.size > 0 ? lead.data : "", parts.size > 0 ? ", " : "",
             parts.size > 0 ? parts.data : "", names.data != NULL ? names.data : "no source",
             suppressed > 0 ? ": use --follow, which is not rate-limited, or auditd's log" : "");
    for (size_t i = 0; i < count; i++)
        say_source(&counts[i]);
    if (auditing->unknown > 0)
        cull_say("the container of %llu record%s is not known: %s",
                 (unsigned long long)auditing->unknown, plural(auditing->unknown),
                 auditing->because);
}

/* Whose recording it is: the one container that was asked for. */
static void describe(struct cull_record *record, const struct cull_container *container)
{
    const struct {
        char **into;
        const char *text;
    } texts[] = {
        { &record->name, container->name != NULL ? container->name : container->id },
        { &record->engine, cull_engine_name(container->engine) },
        { &record->container_id, container->id },
        { &record->image, container->image },
        { &record->runtime, container->runtime },
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i].text == NULL)
            continue;
        free(*texts[i].into);
        *texts[i].into = strdup(texts[i].text);
    }
}

static void state_completeness(struct auditing *auditing)
{
    const struct cull_audit_counts *counts;
    size_t count = cull_audit_counts(auditing->audit, &counts);
    struct cull_record *record = auditing->record;
    uint64_t lost = 0;

    for (size_t i = 0; i < count; i++)
        lost += counts[i].suppressed + counts[i].lost + counts[i].overrun + counts[i].broken;
    /* A record that is gone is a call that found no room. */
    record->losses.map_full += lost;
    for (size_t i = 0; i < record->calls_count; i++)
        if (record->calls[i].phase == CULL_PHASE_RUNTIME)
            record->runtime_seen = true;
    /* The runtime's own calls come before the program's first one. */
    record->start_seen = record->runtime_seen && lost == 0;
    record->duration_ns = cull_learn_now_ns() - auditing->started_ns;
}

int cull_audit_finish(struct auditing *auditing, struct cull_error *reterr)
{
    const struct cull_generate_options options = { .default_action = CULL_ACT_ERRNO };
    struct cull_record *record = auditing->record;
    cull_auto_text text = { 0 };
    int r = 0;

    if (record == NULL)
        return 0;
    if (auditing->met != NULL)
        describe(record, auditing->met);
    state_completeness(auditing);
    r = cull_learn_ended(record, reterr, "%llu records of the kernel's log",
                         (unsigned long long)auditing->records);
    if (r == 0 && auditing->raw_path != NULL) {
        r = cull_record_print(record, &text, reterr);
        if (r == 0)
            r = cull_file_write(auditing->raw_path, text.data, text.size, 0644, reterr);
    }
    if (r == 0 && !cull_record_is_lossless(record))
        cull_say(
            "records were lost, so the profile may lack calls: record again with audit --follow, or "
            "with syscull record");
    if (r == 0 && auditing->profile_path != NULL)
        r = cull_learn_profile(record, auditing->profile_path, &options, reterr);
    return r;
}
