/* SPDX-License-Identifier: Apache-2.0 */
/* syscull explain: one screen about one thing. */
#include <stdio.h>
#include <string.h>

#include "card.h"
#include "commands.h"
#include "given.h"

static size_t count_topics(void)
{
    const char *const *topics = cull_explain_topics();
    size_t count = 0;

    while (topics[count] != NULL)
        count++;
    return count;
}

/* The first line of a text: "SCMP_ACT_LOG - run the call, and log it". */
static void add_topic(struct cull_view *view, const char *topic)
{
    const char *text = cull_explain_text(topic);
    const char *dash = text ? strstr(text, " - ") : NULL;
    size_t size = text ? strcspn(text, "\n") : 0;
    char brief[128] = "";

    if (dash != NULL && (size_t)(dash - text) < size)
        snprintf(brief, sizeof brief, "%.*s", (int)(size - (size_t)(dash + 3 - text)), dash + 3);
    cull_view_cell(view, topic);
    cull_view_cell(view, brief);
}

static void list(const struct invocation *given, struct cull_view *view)
{
    static const struct cull_column columns[] = { { "topic", "", false }, { "brief", "", false } };
    const char *const *topics = cull_explain_topics();

    if (cull_option(given, "names") != NULL) {
        for (; *topics != NULL; topics++)
            cull_view_line(view, TINT_PLAIN, "%s", *topics);
        return;
    }
    cull_view_line(view, TINT_STRONG, "syscull explain TOPIC, or the name of a system call:");
    cull_view_line(view, TINT_PLAIN, "%s", "");
    cull_view_table(view, "topics", columns, 2);
    for (; *topics != NULL; topics++)
        add_topic(view, *topics);
    cull_view_table_end(view);
}

static void add_card(struct cull_view *view, size_t id)
{
    cull_card_fill(view, id);
    cull_card_numbers(view, id);
}

static int say_unknown(const char *topic)
{
    const char *nearest = cull_text_nearest(topic, cull_explain_topics(), count_topics());

    if (nearest == NULL)
        nearest = cull_action_nearest(topic);
    if (nearest == NULL)
        nearest = cull_syscall_nearest(topic);
    if (nearest != NULL)
        cull_say("nothing is known about \"%s\", did you mean \"%s\"?", topic, nearest);
    else
        cull_say("nothing is known about \"%s\": syscull explain lists the topics", topic);
    return STATUS_NO;
}

static void add_text(struct cull_view *view, const char *topic, const char *text)
{
    cull_view_string(view, "topic", NULL, topic);
    cull_view_string(view, "text", NULL, text);
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        cull_view_line(view, TINT_PLAIN, "%.*s", (int)size, text);
        text += size + (text[size] != '\0');
    }
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(view) view = NULL;
    const char *topic = given->operands[0];
    const char *text = topic ? cull_explain_text(topic) : NULL;
    size_t id;
    int r;

    r = cull_given_count(given, 0, 1, "one topic");
    if (r != 0)
        return r;
    r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    if (topic == NULL)
        list(given, view);
    else if (text != NULL)
        add_text(view, topic, text);
    else if (cull_syscall_by_name(topic, &id) == 0)
        add_card(view, id);
    else
        return say_unknown(topic);
    return cull_view_print(view, given->output, reterr);
}

const struct command cull_command_explain = {
    .path = "explain",
    .synopsis = "[TOPIC] [--output FORMAT]",
    .brief = "one screen about an action, a key, a concept or a system call",
    .about =
        "Explains what profiles are made of: what it does, when to use it, and what it is not. "
        "Without a topic it lists them. A system call's name shows what syscull syscall "
        "shows.\n\nExit status 1: nothing is known about it.",
    .options =
        (const struct option[]){
            { .name = "names", .help = "list the topics alone, one a line" },
            OPTION_OUTPUT,
            { 0 },
        },
    .examples =
        (const struct example[]){
            { "What does this action do?", "syscull explain SCMP_ACT_LOG", NULL },
            { "What is there to read?", "syscull explain", NULL },
            { 0 },
        },
    .operand = COMPLETE_TOPIC,
    .run = run,
};
