/* SPDX-License-Identifier: Apache-2.0 */
/* Records and sources as JSON: a record an object, what it does not say left out. */
#include <stdio.h>
#include <string.h>
#include <syscull/document.h>
#include <time.h>

#include "audit.h"

static void add_known(struct cull_json *json, const char *key, const char *value)
{
    if (value != NULL)
        cull_json_string(json, key, value);
}

static void add_container(struct cull_json *json, const struct cull_container *container)
{
    cull_json_map(json, "container");
    add_known(json, "name", container->name);
    add_known(json, "id", container->id);
    cull_json_string(json, "engine", cull_engine_name(container->engine));
    add_known(json, "image", container->image);
    add_known(json, "runtime", container->runtime);
    add_known(json, "podNamespace", container->pod_namespace);
    add_known(json, "podName", container->pod_name);
    add_known(json, "podContainer", container->pod_container);
    add_known(json, "podUid", container->pod_uid);
    cull_json_end(json);
}

static void add_time(struct cull_json *json, int64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    char day[64], words[80];
    struct tm when;

    gmtime_r(&seconds, &when);
    strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &when);
    snprintf(words, sizeof words, "%s.%03dZ", day, (int)(time_ms % 1000));
    cull_json_string(json, "time", words);
}

static void add_span(struct cull_json *json, const char *key, struct cull_audit_span span)
{
    char text[8192];

    if (span.data == NULL)
        return;
    cull_audit_decode(span, text, sizeof text);
    cull_json_string(json, key, text);
}

static void add_call(struct cull_json *json, const struct cull_audit_record *record)
{
    enum cull_action action;
    enum cull_arch arch;
    char hex[24];

    if (cull_audit_arch(record, &arch) == 0) {
        cull_json_string(json, "arch", cull_arch_info(arch)->name);
    } else {
        snprintf(hex, sizeof hex, "0x%x", record->audit);
        cull_json_string(json, "arch", hex);
    }
    cull_json_u64(json, "nr", record->nr);
    add_known(json, "syscall", cull_audit_syscall(record));
    snprintf(hex, sizeof hex, "0x%x", record->code);
    cull_json_string(json, "code", hex);
    if (cull_action_by_value(record->code, &action) == 0)
        cull_json_string(json, "action", cull_action_info(action)->oci);
    cull_json_string(json, "outcome", cull_audit_outcome_word(record));
}

/* A number that was not in the record is not 0. */
static void add_numbers(struct cull_json *json, const struct cull_audit_record *record)
{
    const struct {
        const char *key;
        unsigned bit;
        uint64_t value;
    } numbers[] = {
        { "auid", CULL_AUDIT_AUID, record->auid },       { "uid", CULL_AUDIT_UID, record->uid },
        { "gid", CULL_AUDIT_GID, record->gid },          { "ses", CULL_AUDIT_SES, record->ses },
        { "compat", CULL_AUDIT_COMPAT, record->compat },
    };
    char hex[24];

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (record->has & numbers[i].bit)
            cull_json_u64(json, numbers[i].key, numbers[i].value);
    if (record->has & CULL_AUDIT_SIG)
        cull_json_i64(json, "sig", record->sig);
    if (record->has & CULL_AUDIT_IP) {
        snprintf(hex, sizeof hex, "0x%llx", (unsigned long long)record->ip);
        cull_json_string(json, "ip", hex);
    }
}

/* Fields that this program does not know: nothing of a record is lost. */
static void add_others(struct cull_json *json, const struct cull_audit_record *record)
{
    static const char *const known[] = {
        "auid", "uid", "gid",  "ses",     "subj",   "pid", "comm",
        "exe",  "sig", "arch", "syscall", "compat", "ip",  "code"
    };
    struct cull_audit_span key, value;
    bool begun = false;
    size_t at = 0, i;

    while (cull_audit_field(record, &at, &key, &value)) {
        char name[64];

        for (i = 0; i < sizeof known / sizeof *known; i++)
            if (strlen(known[i]) == key.size && memcmp(known[i], key.data, key.size) == 0)
                break;
        if (i < sizeof known / sizeof *known)
            continue;
        if (!begun)
            cull_json_map(json, "other");
        begun = true;
        snprintf(name, sizeof name, "%.*s", (int)key.size, key.data);
        if (value.size > 0 && value.data[0] == '"') {
            add_span(json, name, value);
        } else {
            char text[4096];

            snprintf(text, sizeof text, "%.*s", (int)value.size, value.data);
            cull_json_string(json, name, text);
        }
    }
    if (begun)
        cull_json_end(json);
}

void cull_audit_add_json(struct cull_text *out, const struct cull_audit_record *record,
                         const struct cull_audit_origin *origin, const char *source)
{
    struct cull_json json;

    cull_json_start(&json, out, true);
    cull_json_map(&json, NULL);
    if (record->has & CULL_AUDIT_TIME)
        add_time(&json, record->time_ms);
    if (record->has & CULL_AUDIT_SERIAL)
        cull_json_u64(&json, "serial", record->serial);
    cull_json_string(&json, "source", source);
    if (record->node.data != NULL)
        add_span(&json, "node", record->node);
    if (origin->container != NULL)
        add_container(&json, origin->container);
    else if (origin->is_known)
        cull_json_string(&json, "container", NULL);
    else
        cull_json_string(&json, "containerUnknown", origin->because);
    cull_json_i64(&json, "pid", record->pid);
    add_span(&json, "comm", record->comm);
    add_span(&json, "exe", record->exe);
    add_call(&json, record);
    add_numbers(&json, record);
    if (record->subj.data != NULL) {
        char text[1024];

        snprintf(text, sizeof text, "%.*s", (int)record->subj.size, record->subj.data);
        cull_json_string(&json, "subj", text);
    }
    add_others(&json, record);
    cull_json_end(&json);
    /* One line a record, whatever the writer ends its texts with. */
    while (out->size > 0 && out->data[out->size - 1] == '\n')
        out->data[--out->size] = '\0';
}

void cull_audit_add_sources_json(struct cull_text *out, struct cull_audit *audit)
{
    const struct cull_audit_counts *counts;
    size_t count = cull_audit_counts(audit, &counts);

    for (size_t i = 0; i < count; i++) {
        struct cull_json json;

        cull_text_add(out, "%s\n", i > 0 ? "," : "");
        cull_json_start(&json, out, true);
        cull_json_map(&json, NULL);
        cull_json_string(&json, "name", counts[i].name);
        cull_json_u64(&json, "records", counts[i].records);
        cull_json_u64(&json, "duplicates", counts[i].duplicates);
        cull_json_u64(&json, "outside", counts[i].outside);
        cull_json_u64(&json, "broken", counts[i].broken);
        cull_json_u64(&json, "foreign", counts[i].foreign);
        cull_json_u64(&json, "suppressed", counts[i].suppressed);
        cull_json_u64(&json, "lost", counts[i].lost);
        cull_json_u64(&json, "overrun", counts[i].overrun);
        cull_json_u64(&json, "overflows", counts[i].overflows);
        cull_json_u64(&json, "serialsUnseen", counts[i].unseen);
        cull_json_u64(&json, "turns", counts[i].turns);
        cull_json_u64(&json, "bytes", counts[i].bytes);
        cull_json_end(&json);
        while (out->size > 0 && out->data[out->size - 1] == '\n')
            out->data[--out->size] = '\0';
    }
}
