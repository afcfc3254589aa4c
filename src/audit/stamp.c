/* SPDX-License-Identifier: Apache-2.0 */
/* The time stamps that stand before a record: RFC 3164, RFC 5424 (ISO), dmesg's own. */
#include "line.h"

static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

bool cull_line_number(struct cursor *cursor, uint64_t *ret)
{
    const char *at = cursor->at;
    uint64_t value = 0;

    for (; at < cursor->end && *at >= '0' && *at <= '9'; at++) {
        if (value > (UINT64_MAX - 9) / 10)
            return false;
        value = value * 10 + (uint64_t)(*at - '0');
    }
    if (at == cursor->at)
        return false;
    cursor->at = at;
    *ret = value;
    return true;
}

/* Days since 1970 of a day of the Gregorian calendar (years begin in March, so that the leap day
 * is a year's last one). */
static int64_t days_of(int64_t year, unsigned month, unsigned day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int64_t year_of(int64_t time_ms)
{
    int64_t days = time_ms / 86400000, year = 1970 + days / 366;

    while (days_of(year + 1, 1, 1) <= days)
        year++;
    return year;
}

static bool take_month(struct cursor *cursor, unsigned *ret)
{
    if (left(cursor) < 3)
        return false;
    for (unsigned i = 0; i < 12; i++) {
        if (memcmp(cursor->at, months + 3 * (size_t)i, 3) != 0)
            continue;
        cursor->at += 3;
        *ret = i + 1;
        return true;
    }
    return false;
}

/* A number below limit. */
static bool take_small(struct cursor *cursor, unsigned limit, unsigned *ret)
{
    uint64_t value;

    if (!cull_line_number(cursor, &value) || value >= limit)
        return false;
    *ret = (unsigned)value;
    return true;
}

/* "21:26:48" and maybe ".123456" or ",123456". */
static bool take_clock(struct cursor *cursor, int64_t *ret_ms)
{
    unsigned hour, minute, second, scale = 100;
    int64_t ms;

    if (!take_small(cursor, 24, &hour) || !take(cursor, ":") || !take_small(cursor, 60, &minute) ||
        !take(cursor, ":") || !take_small(cursor, 61, &second))
        return false;
    ms = ((int64_t)hour * 3600 + minute * 60 + second) * 1000;
    if (left(cursor) >= 2 && (*cursor->at == '.' || *cursor->at == ',') && cursor->at[1] >= '0' &&
        cursor->at[1] <= '9') {
        for (cursor->at++; left(cursor) > 0 && *cursor->at >= '0' && *cursor->at <= '9';
             cursor->at++) {
            ms += (int64_t)scale * (*cursor->at - '0');
            scale /= 10;
        }
    }
    *ret_ms = ms;
    return true;
}

static void skip_blanks(struct cursor *cursor)
{
    while (left(cursor) > 0 && *cursor->at == ' ')
        cursor->at++;
}

bool cull_stamp_syslog(struct cursor *cursor, const struct cull_audit_clock *clock,
                       struct stamp *ret)
{
    struct cursor try = *cursor;
    unsigned month, day, year = 0;
    struct cursor after_year;
    int64_t ms;

    if (!take_month(&try, &month) || !take(&try, " "))
        return false;
    skip_blanks(&try);
    if (!take_small(&try, 32, &day) || day == 0 || !take(&try, " "))
        return false;
    after_year = try;
    if (take_small(&after_year, 10000, &year) && year >= 1970 && take(&after_year, " "))
        try = after_year;
    else
        year = 0;
    if (!take_clock(&try, &ms) || (left(&try) > 0 && *try.at != ' '))
        return false;
    *cursor = try;
    ret->has_time = true;
    if (year != 0) {
        ret->time_ms = days_of(year, month, day) * 86400000 + ms;
    } else { /* the last year in which this was not in the future */
        int64_t local_ms = clock->now_ms + (int64_t)clock->utc_offset_s * 1000;
        int64_t this_year = year_of(local_ms);

        ret->time_ms = days_of(this_year, month, day) * 86400000 + ms;
        if (ret->time_ms > local_ms + 86400000)
            ret->time_ms = days_of(this_year - 1, month, day) * 86400000 + ms;
    }
    ret->time_ms -= (int64_t)clock->utc_offset_s * 1000;
    return true;
}

/* "Z", "+01:00", "+0100", or nothing: the clock's own. */
static bool take_zone(struct cursor *cursor, const struct cull_audit_clock *clock,
                      int64_t *ret_offset_s)
{
    unsigned hours, minutes = 0;
    bool west = left(cursor) > 0 && *cursor->at == '-';
    uint64_t value;
    const char *start;

    *ret_offset_s = clock->utc_offset_s;
    if (take(cursor, "Z")) {
        *ret_offset_s = 0;
        return true;
    }
    if (!take(cursor, west ? "-" : "+"))
        return true;
    start = cursor->at;
    if (!cull_line_number(cursor, &value) || value > 2400)
        return false;
    hours = (unsigned)value;
    if (cursor->at - start == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (take(cursor, ":") && !take_small(cursor, 60, &minutes)) {
        return false;
    }
    *ret_offset_s = (west ? -1 : 1) * ((int64_t)hours * 3600 + minutes * 60);
    return true;
}

bool cull_stamp_iso(struct cursor *cursor, const struct cull_audit_clock *clock, struct stamp *ret)
{
    struct cursor try = *cursor;
    unsigned year, month, day;
    int64_t ms, offset;

    if (!take_small(&try, 10000, &year) || try.at - cursor->at != 4 || !take(&try, "-") ||
        !take_small(&try, 13, &month) || month == 0 || !take(&try, "-") ||
        !take_small(&try, 32, &day) || day == 0)
        return false;
    if (!take(&try, "T") && !take(&try, " "))
        return false;
    if (!take_clock(&try, &ms) || !take_zone(&try, clock, &offset))
        return false;
    if (left(&try) > 0 && *try.at != ' ')
        return false;
    *cursor = try;
    ret->has_time = true;
    ret->time_ms = days_of(year, month, day) * 86400000 + ms - offset * 1000;
    return true;
}

/* "[ 1362.156876]", "[    5.1][  T123]", "[Mon Nov 23 21:26:48 2026]". */
bool cull_stamp_bracket(struct cursor *cursor, const struct cull_audit_clock *clock,
                        struct stamp *ret)
{
    struct cursor try = *cursor;
    unsigned month, day, year;
    uint64_t number;
    int64_t ms;

    if (!take(&try, "["))
        return false;
    skip_blanks(&try);
    if (cull_line_number(&try, &number)) { /* since boot: says nothing without the boot's time */
        if (!take(&try, ".") || !cull_line_number(&try, &number) || !take(&try, "]"))
            return false;
    } else {
        if (left(&try) < 4 || try.at[3] != ' ')
            return false;
        try.at += 4;
        if (!take_month(&try, &month) || !take(&try, " "))
            return false;
        skip_blanks(&try);
        if (!take_small(&try, 32, &day) || day == 0 || !take(&try, " ") || !take_clock(&try, &ms) ||
            !take(&try, " ") || !take_small(&try, 10000, &year) || year < 1970 || !take(&try, "]"))
            return false;
        ret->has_time = true;
        ret->time_ms = days_of(year, month, day) * 86400000 + ms -
                       (int64_t)clock->utc_offset_s * 1000;
    }
    if (left(&try) > 2 && *try.at == '[') { /* CONFIG_PRINTK_CALLER: [  T123] or [    C0] */
        const char *end = memchr(try.at, ']', left(&try));

        if (end != NULL && end - try.at < 16)
            try.at = end + 1;
    }
    *cursor = try;
    return true;
}
