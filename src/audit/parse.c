/* SPDX-License-Identifier: Apache-2.0 */
/* One line -> one record.  Nothing is copied, nothing is allocated. */
#include "line.h"

#include <errno.h>

#define SEPARATOR '\x1d' /* auditd puts what it adds (ENRICHED) behind this byte */
#define REQUIRED (CULL_AUDIT_PID | CULL_AUDIT_ARCH | CULL_AUDIT_NR | CULL_AUDIT_CODE)
#define CODE_DIGITS 8 /* of code=0x%x at most */

static bool is_blank(char c)
{
    return c == ' ' || c == SEPARATOR;
}

static bool is_key(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* The end of a value that starts at at.  AppArmor's labels hold a blank: "docker-default (enforce)". */
static const char *end_of_value(const char *at, const char *end)
{
    if (at < end && *at == '"') {
        const char *quote = memchr(at + 1, '"', (size_t)(end - at - 1));

        return quote != NULL ? quote + 1 : end;
    }
    while (at < end && !is_blank(*at))
        at++;
    while (end - at > 1 && at[0] == ' ' && at[1] == '(')
        for (at++; at < end && !is_blank(*at); at++)
            ;
    return at;
}

/* auditd's separator may get lost on the way: "code=0x7ffc0000AUID=...", and A is a hex digit. */
static const char *end_of_code(const char *value, const char *end)
{
    const char *at = value;

    if (end - at < 2 || at[0] != '0' || at[1] != 'x')
        return end;
    for (at += 2; at < end && at - value < 2 + CODE_DIGITS && hex_digit(*at) >= 0; at++)
        if (end - at >= 5 && memcmp(at, "AUID=", 5) == 0)
            break;
    return at;
}

static bool is_key_named(struct cull_audit_span key, const char *name)
{
    return key.size == strlen(name) && memcmp(key.data, name, key.size) == 0;
}

bool cull_audit_field(const struct cull_audit_record *record, size_t *at,
                      struct cull_audit_span *ret_key, struct cull_audit_span *ret_value)
{
    const char *here = record->fields.data + *at;
    const char *end = record->fields.data + record->fields.size;
    const char *equals, *value_end;

    for (;;) {
        while (here < end && is_blank(*here))
            here++;
        for (equals = here; equals < end && is_key(*equals); equals++)
            ;
        if (equals < end && *equals == '=' && equals > here)
            break;
        while (here < end && !is_blank(*here)) /* no field: passed over */
            here++;
        if (here >= end)
            return false;
    }
    *ret_key = (struct cull_audit_span){ here, (size_t)(equals - here) };
    value_end = end_of_value(equals + 1, end);
    if (is_key_named(*ret_key, "code"))
        value_end = end_of_code(equals + 1, value_end);
    *ret_value = (struct cull_audit_span){ equals + 1, (size_t)(value_end - equals - 1) };
    *at = (size_t)(value_end - record->fields.data);
    return true;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static bool read_decimal(struct cull_audit_span value, int64_t min, int64_t max, int64_t *ret)
{
    struct cursor cursor = { value.data, value.data + value.size };
    bool negative = take(&cursor, "-");
    uint64_t number;

    if (!cull_line_number(&cursor, &number) || left(&cursor) > 0 || number > INT64_MAX)
        return false;
    *ret = negative ? -(int64_t)number : (int64_t)number;
    return *ret >= min && *ret <= max;
}

static bool read_hex(struct cull_audit_span value, unsigned digits, uint64_t *ret)
{
    uint64_t number = 0;

    if (value.size > 2 && value.data[0] == '0' && value.data[1] == 'x') {
        value.data += 2;
        value.size -= 2;
    }
    if (value.size == 0 || value.size > digits)
        return false;
    for (size_t i = 0; i < value.size; i++) {
        int digit = hex_digit(value.data[i]);

        if (digit < 0)
            return false;
        number = number << 4 | (uint64_t)digit;
    }
    *ret = number;
    return true;
}

/* A system call's number may be printed as a signed one. */
static bool read_number(struct cull_audit_record *record, unsigned bit,
                        struct cull_audit_span value)
{
    int64_t number;

    if (!read_decimal(value, bit >= CULL_AUDIT_PID ? INT32_MIN : 0, UINT32_MAX, &number))
        return false;
    switch (bit) {
    case CULL_AUDIT_AUID:
        record->auid = (uint32_t)number;
        break;
    case CULL_AUDIT_UID:
        record->uid = (uint32_t)number;
        break;
    case CULL_AUDIT_GID:
        record->gid = (uint32_t)number;
        break;
    case CULL_AUDIT_SES:
        record->ses = (uint32_t)number;
        break;
    case CULL_AUDIT_PID:
        if (number < 0 || number > INT32_MAX)
            return false;
        record->pid = (int32_t)number;
        break;
    case CULL_AUDIT_SIG:
        record->sig = (int32_t)number;
        break;
    case CULL_AUDIT_NR:
        record->nr = (uint32_t)number;
        break;
    default:
        record->compat = (uint32_t)number;
    }
    return true;
}

static bool read_address(struct cull_audit_record *record, unsigned bit,
                         struct cull_audit_span value)
{
    uint64_t number;

    if (!read_hex(value, bit == CULL_AUDIT_IP ? 16 : 8, &number))
        return false;
    if (bit == CULL_AUDIT_IP)
        record->ip = number;
    else if (bit == CULL_AUDIT_ARCH)
        record->audit = (uint32_t)number;
    else
        record->code = (uint32_t)number;
    return true;
}

static const struct {
    const char *key;
    unsigned bit;
    bool is_hex;
} numbers[] = {
    { "auid", CULL_AUDIT_AUID, false },     { "uid", CULL_AUDIT_UID, false },
    { "gid", CULL_AUDIT_GID, false },       { "ses", CULL_AUDIT_SES, false },
    { "pid", CULL_AUDIT_PID, false },       { "sig", CULL_AUDIT_SIG, false },
    { "arch", CULL_AUDIT_ARCH, true },      { "syscall", CULL_AUDIT_NR, false },
    { "compat", CULL_AUDIT_COMPAT, false }, { "ip", CULL_AUDIT_IP, true },
    { "code", CULL_AUDIT_CODE, true },
};

/* The first of a name counts.  False: a number that is none. */
static bool keep_field(struct cull_audit_record *record, struct cull_audit_span key,
                       struct cull_audit_span value)
{
    struct cull_audit_span *text = is_key_named(key, "comm")   ? &record->comm
                                   : is_key_named(key, "exe")  ? &record->exe
                                   : is_key_named(key, "subj") ? &record->subj
                                                               : NULL;

    if (text != NULL) {
        if (text->data == NULL)
            *text = value;
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!is_key_named(key, numbers[i].key))
            continue;
        if (record->has & numbers[i].bit)
            return true;
        if (!(numbers[i].is_hex ? read_address : read_number)(record, numbers[i].bit, value))
            return false;
        record->has |= numbers[i].bit;
        return true;
    }
    return true;
}

/* ---- the line ---------------------------------------------------------------------------------- */

/* "audit(1795469208.583:5): " */
static bool take_header(struct cursor *cursor, struct cull_audit_record *record)
{
    uint64_t seconds, ms, serial;

    if (!take(cursor, "audit(") || !cull_line_number(cursor, &seconds) || !take(cursor, ".") ||
        !cull_line_number(cursor, &ms) || !take(cursor, ":") ||
        !cull_line_number(cursor, &serial) || !take(cursor, ")"))
        return false;
    while (left(cursor) > 0 && (*cursor->at == ':' || *cursor->at == ' '))
        cursor->at++;
    if (seconds > INT64_MAX / 1000 - 1 || ms > 999)
        return false;
    record->time_ms = (int64_t)(seconds * 1000 + ms);
    record->serial = serial;
    record->has |= CULL_AUDIT_TIME | CULL_AUDIT_SERIAL;
    return true;
}

/* Up to the first field.  -ENOMSG: of another kind. */
static int take_start(struct cursor *cursor, struct cull_audit_record *record)
{
    const char *blank;

    if (take(cursor, "SECCOMP ")) /* journalctl: the stamp has its time, nothing has its serial */
        return 0;
    if (take(cursor, "node=")) {
        blank = memchr(cursor->at, ' ', left(cursor));
        if (blank == NULL)
            return -ENOMSG;
        record->node = (struct cull_audit_span){ cursor->at, (size_t)(blank - cursor->at) };
        cursor->at = blank + 1;
    }
    take(cursor, "audit: ");
    if (take(cursor, "type=1326 ") || take(cursor, "type=SECCOMP "))
        take(cursor, "msg=");
    else if (left(cursor) < 6 || memcmp(cursor->at, "audit(", 6) != 0)
        return -ENOMSG;
    return take_header(cursor, record) ? 0 : -EBADMSG;
}

/* A line that a program made up, or one of a form that is not known. */
static int judge(const char *line, size_t size)
{
    static const char *const signs[] = { "type=1326 audit(", "type=SECCOMP msg=audit(",
                                         "type=1326 msg=audit(", ": SECCOMP auid=" };

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (memmem(line, size, signs[i], strlen(signs[i])) != NULL)
            return -EPERM;
    return -ENOMSG;
}

int cull_audit_parse(const char *line, size_t size, const struct cull_audit_clock *clock,
                     struct cull_audit_record *ret)
{
    struct cursor cursor = { line, line + size };
    struct cull_audit_record record = { 0 };
    struct cull_audit_span key, value;
    struct prefix prefix;
    size_t at = 0;
    int r;

    if (size == 0 || !cull_prefix_take(&cursor, clock, &prefix))
        return judge(line, size);
    if (prefix.is_foreign)
        return judge(line, size);
    r = take_start(&cursor, &record);
    if (r == -ENOMSG)
        return judge(line, size);
    if (r < 0)
        return r;
    record.fields = (struct cull_audit_span){ cursor.at, left(&cursor) };
    while (cull_audit_field(&record, &at, &key, &value))
        if (!keep_field(&record, key, value))
            return -EBADMSG;
    if ((record.has & REQUIRED) != REQUIRED)
        return -EBADMSG;
    if (!(record.has & CULL_AUDIT_TIME) && prefix.stamp.has_time) {
        record.time_ms = prefix.stamp.time_ms;
        record.has |= CULL_AUDIT_TIME;
    }
    *ret = record;
    return 0;
}

bool cull_audit_may_be_cut(const struct cull_audit_record *record)
{
    enum cull_action action;

    return cull_action_by_value(record->code, &action) < 0 ||
           cull_action_info(action)->value != record->code;
}
