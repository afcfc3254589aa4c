/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journald's export format (systemd's JOURNAL_EXPORT_FORMATS): entries of KEY=VALUE lines, or, for values
 * that are no text, KEY, 8 bytes of length, the value; a blank line ends an entry.  What the kernel and
 * the audit transport said becomes a line as auditd would have written it.  _TRANSPORT is journald's own
 * word: nobody who logs can choose it.
 */
#include "source.h"

#include <stdio.h>

#define ROOM_BYTES (128u << 10)
#define MESSAGE_BYTES 16384

struct journal {
    char *data;
    size_t start, end;
    uint64_t skip; /* bytes of a value that is too long */
    char transport[16], type[16], serial[24];
    char time_us[24], source_us[24];
    char message[MESSAGE_BYTES];
    size_t message_size;
};

bool cull_journal_is(const char *data, size_t size)
{
    return size >= 9 && memcmp(data, "__CURSOR=", 9) == 0;
}

int cull_journal_new(struct journal **ret, struct cull_error *reterr)
{
    struct journal *journal = calloc(1, sizeof *journal);

    if (journal != NULL)
        journal->data = malloc(ROOM_BYTES);
    if (journal == NULL || journal->data == NULL) {
        free(journal);
        return cull_fail_memory(reterr);
    }
    *ret = journal;
    return 0;
}

void cull_journal_free(struct journal *journal)
{
    if (journal == NULL)
        return;
    free(journal->data);
    free(journal);
}

char *cull_journal_room(struct journal *journal, size_t *ret_size)
{
    if (journal->start > 0) {
        memmove(journal->data, journal->data + journal->start, journal->end - journal->start);
        journal->end -= journal->start;
        journal->start = 0;
    }
    *ret_size = ROOM_BYTES - journal->end;
    return journal->data + journal->end;
}

void cull_journal_filled(struct journal *journal, size_t size)
{
    journal->end += size;
}

/* ---- one entry ----------------------------------------------------------------------------------- */

static void keep(char *ret, size_t ret_size, const char *value, size_t size)
{
    if (size < ret_size) {
        memcpy(ret, value, size);
        ret[size] = '\0';
    }
}

static void add_field(struct journal *journal, const char *key, size_t key_size, const char *value,
                      size_t size)
{
    const struct {
        const char *key;
        char *into;
        size_t size;
    } wanted[] = {
        { "_TRANSPORT", journal->transport, sizeof journal->transport },
        { "_AUDIT_TYPE", journal->type, sizeof journal->type },
        { "_AUDIT_ID", journal->serial, sizeof journal->serial },
        { "__REALTIME_TIMESTAMP", journal->time_us, sizeof journal->time_us },
        { "_SOURCE_REALTIME_TIMESTAMP", journal->source_us, sizeof journal->source_us },
        { "MESSAGE", journal->message, sizeof journal->message },
    };

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        if (strlen(wanted[i].key) == key_size && memcmp(wanted[i].key, key, key_size) == 0)
            keep(wanted[i].into, wanted[i].size, value, size);
}

static void forget_entry(struct journal *journal)
{
    journal->transport[0] = journal->type[0] = journal->serial[0] = '\0';
    journal->time_us[0] = journal->source_us[0] = journal->message[0] = '\0';
}

static uint64_t number_of(const char *text)
{
    struct cursor cursor = { text, text + strlen(text) };
    uint64_t value;

    return cull_line_number(&cursor, &value) ? value : 0;
}

/* The line of an entry, or 0 bytes. */
static size_t make_line(const struct journal *journal, char *into, size_t size,
                        struct cull_audit_counts *counts)
{
    const char *message = journal->message;
    uint64_t us = number_of(*journal->source_us != '\0' ? journal->source_us : journal->time_us);
    int made = 0;

    if (strchr(message, '\n') != NULL)
        return 0;
    if (strcmp(journal->transport, "kernel") == 0) {
        made = snprintf(into, size, "%s\n", message);
    } else if (strcmp(journal->transport, "driver") == 0) {
        if (strncmp(message, "Missed ", 7) == 0 && strstr(message, " kernel messages") != NULL)
            counts->overrun += number_of(message + 7);
    } else if (strcmp(journal->transport, "audit") == 0 && strcmp(journal->type, "1326") == 0) {
        const char *blank = strchr(message, ' '); /* "SECCOMP ", "<audit-1326> " */

        if (blank != NULL)
            made = snprintf(into, size, "type=SECCOMP msg=audit(%llu.%03u:%s): %s\n",
                            (unsigned long long)(us / 1000000), (unsigned)(us / 1000 % 1000),
                            journal->serial, blank + 1);
    }
    return made > 0 && (size_t)made < size ? (size_t)made : 0;
}

/* ---- the stream ------------------------------------------------------------------------------------ */

/* A value with its length: false when it is not there completely. */
static bool take_binary(struct journal *journal, const char *key, size_t key_size)
{
    const char *at = key + key_size + 1;
    size_t rest = journal->end - (size_t)(at - journal->data);
    uint64_t size = 0;

    if (rest < 8)
        return false;
    for (int i = 7; i >= 0; i--)
        size = size << 8 | (unsigned char)at[i];
    if (size > MESSAGE_BYTES) { /* none that we want */
        journal->start = (size_t)(at - journal->data) + 8;
        journal->skip = size < UINT64_MAX ? size + 1 : size;
        return true;
    }
    if (rest < 8 + size + 1)
        return false;
    add_field(journal, key, key_size, at + 8, size);
    journal->start = (size_t)(at - journal->data) + 8 + size + 1;
    return true;
}

/* One line of an entry, *ret_ended: it was its last.  False: more bytes are needed. */
static bool take_line(struct journal *journal, bool *ret_ended)
{
    const char *line = journal->data + journal->start, *equals, *end;
    size_t rest = journal->end - journal->start;

    *ret_ended = false;
    if (journal->skip > 0) {
        size_t now = journal->skip < rest ? (size_t)journal->skip : rest;

        journal->skip -= now;
        journal->start += now;
        return journal->skip == 0;
    }
    end = memchr(line, '\n', rest);
    if (end == NULL) {
        if (rest == ROOM_BYTES) /* a line that fills the room: not one of ours */
            journal->start = journal->end;
        return false;
    }
    equals = memchr(line, '=', (size_t)(end - line));
    if (end > line && equals == NULL)
        return take_binary(journal, line, (size_t)(end - line));
    journal->start += (size_t)(end - line) + 1;
    *ret_ended = end == line;
    if (end > line)
        add_field(journal, line, (size_t)(equals - line), equals + 1, (size_t)(end - equals - 1));
    return true;
}

size_t cull_journal_lines(struct journal *journal, char *into, size_t size,
                          struct cull_audit_counts *counts)
{
    size_t made = 0;
    bool ended;

    while (size - made > MESSAGE_BYTES + 128 && take_line(journal, &ended)) {
        if (!ended)
            continue;
        made += make_line(journal, into + made, size - made, counts);
        forget_entry(journal);
    }
    return made;
}
