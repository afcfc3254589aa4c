/* SPDX-License-Identifier: Apache-2.0 */
/* Serial numbers: which never came, and which came already by another way. */
#include "source.h"

#define WINDOW (sizeof(((struct serials *)0)->window) * 8)
#define REBOOT_DISTANCE \
    65536 /* serial numbers start anew at boot; they never go back that far else */

/* ---- what one source lacks -------------------------------------------------------------------- */

static bool test_and_set(struct serials *serials, uint64_t serial)
{
    uint64_t bit = serial % WINDOW, mask = UINT64_C(1) << bit % 64;
    bool was = (serials->window[bit / 64] & mask) != 0;

    serials->window[bit / 64] |= mask;
    return was;
}

static void clear(struct serials *serials, uint64_t serial)
{
    uint64_t bit = serial % WINDOW;

    serials->window[bit / 64] &= ~(UINT64_C(1) << bit % 64);
}

uint64_t cull_serials_missing(const struct serials *serials)
{
    uint64_t span = serials->started ? serials->last - serials->first + 1 : 0;

    return serials->missing + (span > serials->distinct ? span - serials->distinct : 0);
}

static void begin(struct serials *serials, uint64_t serial)
{
    serials->missing = cull_serials_missing(serials);
    serials->started = true;
    serials->first = serials->last = serial;
    serials->distinct = 0;
    memset(serials->window, 0, sizeof serials->window);
}

/* Records come almost in order; one number may have several records. */
void cull_serials_add(struct serials *serials, uint64_t serial)
{
    if (!serials->started || serial + REBOOT_DISTANCE < serials->last)
        begin(serials, serial);
    if (serial > serials->last) {
        if (serial - serials->last >= WINDOW)
            memset(serials->window, 0, sizeof serials->window);
        else
            for (uint64_t i = serials->last + 1; i <= serial; i++)
                clear(serials, i);
        serials->last = serial;
    } else if (serials->last - serial >= WINDOW) {
        return;
    }
    if (serial < serials->first)
        serials->first = serial;
    if (!test_and_set(serials, serial))
        serials->distinct++;
}

/* ---- what came already -------------------------------------------------------------------------- */

/*
 * Two generations of a hash table: when the younger one is full, the older one is forgotten.  Of a
 * record that has no serial number (journalctl's short form) the text of its fields is compared: it
 * is in the same second as often as the other source has it.
 */
#define SLOTS (1u << 20)
#define MOST (SLOTS / 2)

struct slot {
    uint64_t key;           /* 0: free */
    uint32_t with, without; /* records that had a serial number, and that had none */
};

struct seen {
    struct slot *young, *old;
    size_t count;
};

struct seen *cull_seen_new(void)
{
    return calloc(1, sizeof(struct seen));
}

void cull_seen_free(struct seen *seen)
{
    if (seen == NULL)
        return;
    free(seen->young);
    free(seen->old);
    free(seen);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_text(uint64_t hash, struct cull_audit_span text)
{
    for (size_t i = 0; i < text.size; i++)
        hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static struct slot *find(struct slot *table, uint64_t key)
{
    size_t at = key & (SLOTS - 1);

    while (table[at].key != 0 && table[at].key != key)
        at = (at + 1) & (SLOTS - 1);
    return &table[at];
}

/* The slot of a key, made if it is not there; NULL: out of memory, and then nothing is a duplicate. */
static struct slot *slot_of(struct seen *seen, uint64_t key)
{
    struct slot *slot;

    if (seen->count >= MOST) {
        free(seen->old);
        seen->old = seen->young;
        seen->young = NULL;
        seen->count = 0;
    }
    if (seen->young == NULL)
        seen->young = calloc(SLOTS, sizeof *seen->young);
    if (seen->young == NULL)
        return NULL;
    slot = find(seen->young, key);
    if (slot->key == 0) {
        slot->key = key;
        seen->count++;
        if (seen->old != NULL && find(seen->old, key)->key == key)
            *slot = *find(seen->old, key);
    }
    return slot;
}

static bool add_content(struct seen *seen, const struct cull_audit_record *record)
{
    bool has_serial = record->has & CULL_AUDIT_SERIAL;
    uint64_t values[] = { (uint64_t)(record->time_ms / 1000),
                          (uint64_t)record->pid,
                          record->nr,
                          record->audit,
                          record->ip,
                          record->code };
    uint64_t key = 1;
    struct slot *slot;

    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        key = mix(key, values[i]);
    slot = slot_of(seen, hash_text(key, record->comm) | 1);
    if (slot == NULL)
        return false;
    if (has_serial)
        slot->with++;
    else
        slot->without++;
    return has_serial ? slot->with <= slot->without : slot->without <= slot->with;
}

bool cull_seen_add(struct seen *seen, const struct cull_audit_record *record)
{
    struct slot *slot;
    uint64_t key;

    if (record->has & CULL_AUDIT_SERIAL) {
        key = mix(mix(2, (uint64_t)record->time_ms), record->serial) & ~UINT64_C(1);
        slot = slot_of(seen, key != 0 ? key : 2);
        if (slot == NULL)
            return false;
        if (slot->with++ > 0)
            return true;
    }
    return add_content(seen, record);
}
