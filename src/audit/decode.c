/* SPDX-License-Identifier: Apache-2.0 */
/* What the fields mean. */
#include <syscull/audit.h>

#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* The kernel writes upper-case digits, two a byte (audit_log_n_hex). */
static bool is_hex(struct cull_audit_span value)
{
    if (value.size == 0 || value.size % 2 != 0)
        return false;
    for (size_t i = 0; i < value.size; i++)
        if (hex_digit(value.data[i]) < 0)
            return false;
    return true;
}

size_t cull_audit_decode(struct cull_audit_span value, char *ret, size_t size)
{
    size_t count = 0;

    if (size == 0)
        return 0;
    if (value.size >= 2 && value.data[0] == '"' && value.data[value.size - 1] == '"') {
        value.data++;
        value.size -= 2;
    } else if (is_hex(value)) {
        for (size_t i = 0; i < value.size && count < size - 1; i += 2) {
            int byte = hex_digit(value.data[i]) << 4 | hex_digit(value.data[i + 1]);

            if (byte == 0) /* audit_log_n_hex was given a buffer with its end */
                break;
            ret[count++] = (char)byte;
        }
        ret[count] = '\0';
        return count;
    }
    count = value.size < size ? value.size : size - 1;
    if (count > 0)
        memcpy(ret, value.data, count);
    ret[count] = '\0';
    return count;
}

int cull_audit_arch(const struct cull_audit_record *record, enum cull_arch *ret)
{
    return cull_arch_by_call(record->audit, record->nr, ret);
}

const char *cull_audit_syscall(const struct cull_audit_record *record)
{
    enum cull_arch arch;
    size_t id;

    if (cull_audit_arch(record, &arch) < 0 || cull_syscall_by_nr(arch, record->nr, &id) < 0)
        return NULL;
    return cull_syscall_info(id)->name;
}

/* The values are those of the kernel's table; any other one kills the process, too. */
static bool action_of(const struct cull_audit_record *record, enum cull_action *ret)
{
    return cull_action_by_value(record->code, ret) == 0 &&
           cull_action_info(*ret)->value == (record->code & 0xffff0000u);
}

const char *cull_audit_outcome(const struct cull_audit_record *record)
{
    enum cull_action action;

    if (!action_of(record, &action))
        return "killed, action not known";
    switch (action) {
    case CULL_ACT_LOG:
        return "logged, allowed";
    case CULL_ACT_ERRNO:
        return "denied, errno not in the record";
    case CULL_ACT_TRAP:
        return "denied, SIGSYS sent";
    case CULL_ACT_NOTIFY:
        return "denied, no listener (ENOSYS)";
    case CULL_ACT_TRACE:
        return "denied, no tracer (ENOSYS)";
    case CULL_ACT_KILL_THREAD:
        return record->sig == 9 ? "killed, strict mode" : "killed (thread)";
    case CULL_ACT_KILL_PROCESS:
        return "killed (process)";
    default:
        return "allowed";
    }
}

const char *cull_audit_outcome_word(const struct cull_audit_record *record)
{
    enum cull_action action;

    if (!action_of(record, &action))
        return "killed";
    switch (action) {
    case CULL_ACT_LOG:
    case CULL_ACT_ALLOW:
        return "allowed";
    case CULL_ACT_TRAP:
        return "trapped";
    case CULL_ACT_KILL_THREAD:
    case CULL_ACT_KILL_PROCESS:
        return "killed";
    default:
        return "denied";
    }
}
