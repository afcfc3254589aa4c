/* SPDX-License-Identifier: Apache-2.0 */
/* syscull containers: who is running, as record --container names them. */
#include <stdio.h>
#include <syscull/container.h>

#include "commands.h"
#include "given.h"
#include "view.h"

static const struct cull_column columns[] = {
    { "name", "NAME", false },     { NULL, "ID", false },           { "id", NULL, false },
    { "engine", "ENGINE", false }, { "runtime", "RUNTIME", false }, { "pid", "PID", true },
    { "image", "IMAGE", false },   { NULL, "POD", false },          { "podNamespace", NULL, false },
    { "podName", NULL, false },    { "podContainer", NULL, false }, { "podUid", NULL, false },
    { "cgroup", NULL, false },
};

/* A name for record --container: the name, or the id when it has none. */
static const char *handle(const struct cull_container *container)
{
    return container->name ? container->name : container->id;
}

static void add_row(struct cull_view *view, const struct cull_container *container)
{
    cull_auto_text pod = { 0 };
    char id[13];

    snprintf(id, sizeof id, "%s", container->id ? container->id : "-");
    if (container->pod_name != NULL)
        cull_text_add(&pod, "%s/%s", container->pod_namespace ? container->pod_namespace : "-",
                      container->pod_name);
    cull_view_cell(view, container->name);
    cull_view_cell(view, id);
    cull_view_cell(view, container->id);
    cull_view_cell(view, cull_engine_name(container->engine));
    cull_view_cell(view, container->runtime);
    cull_view_cell_number(view, container->init_pid);
    cull_view_cell(view, container->image);
    cull_view_cell(view, pod.data);
    cull_view_cell(view, container->pod_namespace);
    cull_view_cell(view, container->pod_name);
    cull_view_cell(view, container->pod_container);
    cull_view_cell(view, container->pod_uid);
    cull_view_cell(view, container->cgroup_path);
}

static void fill(const struct invocation *given, const struct cull_containers *found,
                 struct cull_view *view)
{
    const bool names = cull_option(given, "names") != NULL;

    if (names) {
        for (size_t i = 0; i < found->count; i++) {
            if (handle(found->items[i]) != NULL)
                cull_view_line(view, TINT_PLAIN, "%s", handle(found->items[i]));
        }
        return;
    }
    cull_view_table(view, "containers", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < found->count; i++)
        add_row(view, found->items[i]);
    cull_view_table_end(view);
    if (found->count == 0)
        cull_view_line(view, TINT_PLAIN, "no container is running");
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(containers) found = NULL;
    cull_auto(view) view = NULL;
    int r;

    r = cull_given_count(given, 0, 0, "no arguments");
    if (r != 0)
        return r;
    if (cull_option(given, "names") && given->output != OUTPUT_TEXT)
        return cull_say_usage(given->command, "--names is text: leave --output or --names out");
    r = cull_containers_list(&found, reterr);
    if (r < 0)
        return r;
    r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    fill(given, found, view);
    return cull_view_print(view, given->output, reterr);
}

const struct command cull_command_containers = {
    .path = "containers",
    .synopsis = "[--output FORMAT]",
    .brief = "the running containers of all engines",
    .about = "Lists the running containers of Docker, Podman, containerd and CRI-O that this user "
             "may see (root sees all), with the names that record --container takes.",
    .options =
        (const struct option[]){
            { .name = "names", .help = "list the names alone, one a line" },
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What is running?", "syscull containers", NULL },
            { "For a script", "syscull containers --output jsonl", NULL },
            { 0 },
        },
    .run = run,
};
