/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <syscull/document.h>
#include <syscull/record.h>

#include "members.h"
#include "parse.h"
#include "record.h"

static int read_subject(struct reader *reader, const struct cull_node *map)
{
    struct cull_record *record = reader->record;
    const struct cull_node *kind = NULL;
    const struct member members[] = {
        { "kind", MEMBER_NODE, true, &kind, 0 },
        { "name", MEMBER_COPY, false, &record->name, 0 },
        { "engine", MEMBER_COPY, false, &record->engine, 0 },
        { "containerId", MEMBER_COPY, false, &record->container_id, 0 },
        { "image", MEMBER_COPY, false, &record->image, 0 },
        { "runtime", MEMBER_COPY, false, &record->runtime, 0 },
    };
    struct cull_place place;
    const char *text;
    int r;

    r = cull_members_read(reader, map, members, MEMBER_COUNT(members));
    if (r == 0)
        r = cull_node_string(reader->arena, kind, &text, reader->error);
    if (r < 0)
        return r;
    for (unsigned i = 0; i < CULL_SUBJECT_KINDS; i++) {
        if (strcmp(text, cull_record_subject_names[i]) == 0) {
            record->subject = (enum cull_subject)i;
            return 0;
        }
    }
    place = cull_node_place(reader->arena, kind);
    return cull_fail_at(reader->error, EINVAL, &place, "unknown kind \"%.40s\": %s or %s", text,
                        cull_record_subject_names[0], cull_record_subject_names[1]);
}

static int read_machine(struct reader *reader, const struct cull_node *map)
{
    const struct member members[] = {
        { "arch", MEMBER_COPY, false, &reader->record->machine, 0 },
        { "kernel", MEMBER_COPY, false, &reader->record->kernel, 0 },
    };

    return cull_members_read(reader, map, members, MEMBER_COUNT(members));
}

static int read_evidence(struct reader *reader, const struct cull_node *map)
{
    const struct member members[] = {
        { "startSeen", MEMBER_BOOL, true, &reader->record->start_seen, 0 },
        { "runtimeSeen", MEMBER_BOOL, true, &reader->record->runtime_seen, 0 },
        { "filterInForce", MEMBER_BOOL, true, &reader->record->filter_in_force, 0 },
    };

    return cull_members_read(reader, map, members, MEMBER_COUNT(members));
}

static int read_losses(struct reader *reader, const struct cull_node *map)
{
    struct cull_record_losses *losses = &reader->record->losses;
    const struct member members[] = {
        { "mapFull", MEMBER_U64, true, &losses->map_full, 0 },
        { "missedRuns", MEMBER_U64, true, &losses->missed_runs, 0 },
        { "tasksUntracked", MEMBER_U64, true, &losses->tasks_untracked, 0 },
        { "firstLost", MEMBER_U64, true, &losses->first_lost, 0 },
    };

    return cull_members_read(reader, map, members, MEMBER_COUNT(members));
}

/* ---- is it a recording at all? -------------------------------------------------------------------- */

/* Said before anything else is looked at: a newer file may have other keys, other types. */
static int check_version(struct reader *reader, const struct cull_node *root)
{
    const struct cull_node *version = cull_node_get(root, "syscullRecording");
    struct cull_place place = cull_node_place(reader->arena, root);
    uint64_t number;
    int r;

    if (version == NULL && cull_node_get(root, "defaultAction") != NULL)
        return cull_fail_at(reader->error, EINVAL, &place,
                            "this is a seccomp profile, not a recording: `syscull record --raw` "
                            "makes one");
    if (version == NULL)
        return cull_fail_at(reader->error, EINVAL, &place,
                            "not a recording: \"syscullRecording\" is missing");
    r = cull_node_u64(reader->arena, version, UINT64_MAX, &number, reader->error);
    if (r < 0)
        return r;
    place = cull_node_place(reader->arena, version);
    if (number > RECORD_VERSION)
        return cull_fail_at(reader->error, EPROTO, &place,
                            "version %llu, made by a newer syscull: this one reads version %d",
                            (unsigned long long)number, RECORD_VERSION);
    if (number != RECORD_VERSION)
        return cull_fail_at(reader->error, EINVAL, &place, "there is no version %llu",
                            (unsigned long long)number);
    return 0;
}

/* The parser of documents takes YAML as well; a recording is written by programs only. */
static int check_json(struct reader *reader, const char *source, const char *data, size_t size)
{
    struct cull_place place = { .source = source, .line = 1, .column = 1 };
    size_t at = 0;

    while (at < size && strchr(" \t\r\n", data[at]) != NULL && data[at] != '\0')
        at++;
    if (at == size || data[at] == '{')
        return 0; /* nothing at all has a message of its own */
    return cull_fail_at(reader->error, EINVAL, &place, "not a recording: no JSON object");
}

static int read_root(struct reader *reader, const struct cull_node *root)
{
    struct cull_record *record = reader->record;
    const struct cull_node *version, *subject, *machine, *evidence, *losses, *calls;
    const struct member members[] = {
        { "syscullRecording", MEMBER_NODE, true, &version, 0 },
        { "tool", MEMBER_COPY, false, &record->tool, 0 },
        { "subject", MEMBER_NODE, true, &subject, 0 },
        { "machine", MEMBER_NODE, true, &machine, 0 },
        { "startedAt", MEMBER_I64, true, &record->started_at, 0 },
        { "durationNs", MEMBER_U64, true, &record->duration_ns, 0 },
        { "runs", MEMBER_U64, true, &record->runs, 0 },
        { "tasks", MEMBER_U64, true, &record->tasks, 0 },
        { "ended", MEMBER_COPY, false, &record->ended, 0 },
        { "evidence", MEMBER_NODE, true, &evidence, 0 },
        { "losses", MEMBER_NODE, true, &losses, 0 },
        { "calls", MEMBER_NODE, true, &calls, 0 },
    };
    int r;

    r = cull_members_want(reader, root, CULL_NODE_MAP);
    if (r == 0)
        r = check_version(reader, root);
    if (r == 0)
        r = cull_members_read(reader, root, members, MEMBER_COUNT(members));
    if (r == 0)
        r = read_subject(reader, subject);
    if (r == 0)
        r = read_machine(reader, machine);
    if (r == 0)
        r = read_evidence(reader, evidence);
    if (r == 0)
        r = read_losses(reader, losses);
    return r == 0 ? cull_record_read_calls(reader, calls) : r;
}

int cull_record_parse(const char *source, const char *data, size_t size, struct cull_record **ret,
                      struct cull_error *reterr)
{
    cull_auto(arena) arena = cull_arena_new();
    cull_auto(record) record = NULL;
    const struct cull_node *root;
    struct reader reader;
    int r;

    if (arena == NULL)
        return cull_fail_memory(reterr);
    r = cull_record_new(&record, reterr);
    if (r < 0)
        return r;
    reader = (struct reader){ arena, record, reterr };
    r = check_json(&reader, source, data, size);
    if (r == 0)
        r = cull_document_parse(arena, source, data, size, &root, reterr);
    if (r == 0)
        r = read_root(&reader, root);
    if (r < 0)
        return r;
    *ret = TAKE(record);
    return 0;
}

int cull_record_load(const char *path, struct cull_record **ret, struct cull_error *reterr)
{
    cull_auto_memory char *data = NULL;
    size_t size;
    int r;

    r = cull_file_read(path, &data, &size, reterr);
    return r < 0 ? r : cull_record_parse(path, data, size, ret, reterr);
}
