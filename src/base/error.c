/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <syscull/base.h>

__attribute__((format(printf, 4, 0))) static void fill(struct cull_error *reterr, int code,
                                                       const struct cull_place *place,
                                                       const char *format, va_list arguments)
{
    memset(reterr, 0, sizeof *reterr);
    reterr->code = code;
    if (place != NULL) {
        reterr->line = place->line;
        reterr->column = place->column;
        snprintf(reterr->source, sizeof reterr->source, "%s", place->source ? place->source : "");
        snprintf(reterr->path, sizeof reterr->path, "%s", place->path ? place->path : "");
    }
    vsnprintf(reterr->message, sizeof reterr->message, format, arguments);
}

int cull_fail(struct cull_error *reterr, int code, const char *format, ...)
{
    va_list arguments;

    if (reterr != NULL) {
        va_start(arguments, format);
        fill(reterr, code, NULL, format, arguments);
        va_end(arguments);
    }
    return -code;
}

int cull_fail_at(struct cull_error *reterr, int code, const struct cull_place *place,
                 const char *format, ...)
{
    va_list arguments;

    if (reterr != NULL) {
        va_start(arguments, format);
        fill(reterr, code, place, format, arguments);
        va_end(arguments);
    }
    return -code;
}

int cull_fail_memory(struct cull_error *reterr)
{
    return cull_fail(reterr, ENOMEM, "out of memory");
}

void cull_error_format(const struct cull_error *error, char *ret, size_t size)
{
    char place[32] = "";

    if (error->line > 0 && error->column > 0)
        snprintf(place, sizeof place, "%u:%u:", error->line, error->column);
    else if (error->line > 0)
        snprintf(place, sizeof place, "%u:", error->line);
    snprintf(ret, size, "%s%s%s%s%s%s%s", error->source, *error->source ? ":" : "", place,
             *error->source || *place ? " " : "", error->path, *error->path ? ": " : "",
             error->message);
}
