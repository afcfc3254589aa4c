/* SPDX-License-Identifier: Apache-2.0 */
/* Instead of libFuzzer: each file of the folders that are named goes through the target once. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syscull/base.h>

#include "fuzz.h"

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int replay_file(const char *path)
{
    struct cull_error error = { 0 };
    cull_auto_memory char *data = NULL;
    size_t size = 0;
    int r;

    r = cull_file_read(path, &data, &size, &error);
    if (r < 0) {
        printf("Bail out! %s\n", error.message);
        return r;
    }
    /* A copy of the exact size: the sanitizers see a read past the end. */
    uint8_t *exact = malloc(size ? size : 1);
    if (!exact)
        return -1;
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 0;
}

static int replay_folder(const char *folder, unsigned *count)
{
    struct dirent **entries = NULL;
    int found = scandir(folder, &entries, is_visible, alphasort);
    int r = 0;

    if (found < 0) {
        printf("Bail out! %s: no such folder\n", folder);
        return -1;
    }
    for (int i = 0; i < found; i++) {
        char path[4096];
        struct stat status;

        snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
        if (r == 0 && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            r = replay_folder(path, count);
        if (r == 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
            r = replay_file(path);
            if (r == 0)
                printf("ok %u - %s\n", ++*count, entries[i]->d_name);
            fflush(stdout); /* a crash shows the input before it */
        }
        free(entries[i]);
    }
    free(entries);
    return r;
}

int main(int argc, char **argv)
{
    unsigned count = 0;

    for (int i = 1; i < argc; i++)
        if (replay_folder(argv[i], &count) < 0)
            return 1;
    printf("1..%u\n", count); /* an empty corpus is a plan of no tests: the runner refuses it */
    return 0;
}
