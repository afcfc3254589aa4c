/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes that engines leave beside a container: containerd's shim, and conmon of Podman and
 * CRI-O.  They are the parents of a container's init, and their command lines tell whose it is.
 */
#include "host.h"

#include <errno.h>
#include <string.h>

/* The words of a NUL-separated command line. */
struct words {
    const char *next, *end;
};

static const char *next_word(struct words *words)
{
    const char *word = words->next;

    if (word >= words->end)
        return NULL;
    words->next = word + strnlen(word, (size_t)(words->end - word)) + 1;
    return word;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

/* True when word is one of the options "-a", "--a" and "--a=value"; then *ret is its value. */
static bool option(struct words *words, const char *word, const char *name, const char **ret)
{
    size_t size = strlen(name);
    const char *value;

    if (*word != '-')
        return false;
    word += word[1] == '-' ? 2 : 1;
    if (strncmp(word, name, size) != 0)
        return false;
    if (word[size] == '=') {
        *ret = word + size + 1;
        return true;
    }
    if (word[size] != '\0')
        return false;
    value = next_word(words);
    if (value != NULL)
        *ret = value;
    return true;
}

/* containerd-shim-runc-v2 -namespace N -id ID -address SOCKET; up to containerd 1.3 also
 * containerd-shim -namespace N -workdir .../ID. */
static void parse_shim(struct words *words, struct supervisor *supervisor)
{
    const char *word, *workdir = NULL;

    supervisor->kind = SUPERVISOR_SHIM;
    while ((word = next_word(words)) != NULL) {
        if (!option(words, word, "namespace", &supervisor->space) &&
            !option(words, word, "id", &supervisor->id) &&
            !option(words, word, "bundle", &supervisor->bundle))
            option(words, word, "workdir", &workdir);
    }
    if (supervisor->id == NULL && workdir != NULL)
        supervisor->id = base_name(workdir);
}

/* conmon -c ID -n NAME -r RUNTIME -b BUNDLE ... --exit-command P --exit-command-arg ...; the words
 * after the exit command are another program's. */
static void parse_conmon(struct words *words, struct supervisor *supervisor)
{
    static const struct {
        const char *brief, *full;
        size_t offset;
    } options[] = {
        { "c", "cid", offsetof(struct supervisor, id) },
        { "n", "name", offsetof(struct supervisor, name) },
        { "r", "runtime", offsetof(struct supervisor, runtime) },
        { "b", "bundle", offsetof(struct supervisor, bundle) },
    };
    const char *word, *ignored;

    supervisor->kind = SUPERVISOR_CONMON;
    while ((word = next_word(words)) != NULL) {
        if (option(words, word, "exit-command-arg", &ignored) ||
            option(words, word, "runtime-arg", &ignored))
            continue;
        for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
            const char **field = (const char **)((char *)supervisor + options[i].offset);

            if (option(words, word, options[i].brief, field) ||
                option(words, word, options[i].full, field))
                break;
        }
    }
    if (supervisor->runtime != NULL)
        supervisor->runtime = base_name(supervisor->runtime);
}

int cull_supervisor_parse(struct cull_arena *arena, const char *command, size_t size,
                          struct supervisor **ret)
{
    struct supervisor parsed = { 0 }, *supervisor;
    struct words words = { command, command + size };
    const char *program = next_word(&words);

    *ret = NULL;
    if (program == NULL)
        return 0;
    program = base_name(program);
    if (strncmp(program, "containerd-shim", 15) == 0)
        parse_shim(&words, &parsed);
    else if (strcmp(program, "conmon") == 0)
        parse_conmon(&words, &parsed);
    parsed.is_runc_shim = strncmp(program, "containerd-shim-runc", 20) == 0;
    if (parsed.id == NULL || *parsed.id == '\0')
        return 0;
    supervisor = cull_arena_alloc(arena, sizeof *supervisor);
    if (supervisor == NULL)
        return -ENOMEM;
    *supervisor = parsed;
    *ret = supervisor;
    return 0;
}
