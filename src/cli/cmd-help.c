/* SPDX-License-Identifier: Apache-2.0 */
/* syscull help: of a command, of a group of commands, else an explanation. */
#include <string.h>
#include <syscull/table.h>

#include "commands.h"

static int fill(const struct invocation *given, const char *topic, struct cull_text *out)
{
    const struct command *command = cull_command_find(topic);
    const char *nearest, *text;

    if (command != NULL) {
        cull_help_command(command, out);
        return STATUS_YES;
    }
    if (cull_command_is_group(topic)) {
        cull_help_group(topic, out);
        return STATUS_YES;
    }
    text = cull_explain_text(topic);
    if (text != NULL) {
        cull_text_add(out, "%s", text);
        return STATUS_YES;
    }
    nearest = cull_command_nearest(topic);
    if (nearest != NULL)
        return cull_say_usage(given->command, "no help on \"%s\", did you mean \"%s\"?", topic,
                              nearest);
    return cull_say_usage(given->command, "no help on \"%s\": syscull explain lists the topics",
                          topic);
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto_text topic = { 0 }, out = { 0 };
    int status = STATUS_YES;

    for (size_t i = 0; i < given->operands_count; i++)
        cull_text_add(&topic, "%s%s", i > 0 ? " " : "", given->operands[i]);
    if (topic.data == NULL)
        cull_help_screen(&out);
    else
        status = fill(given, topic.data, &out);
    if (!cull_text_ok(&topic) || !cull_text_ok(&out))
        return cull_fail_memory(reterr);
    return status != STATUS_YES ? status : cull_file_write("-", out.data, out.size, 0, reterr);
}

const struct command cull_command_help = {
    .path = "help",
    .synopsis = "[COMMAND|TOPIC]",
    .brief = "of a command, or of a topic that explain knows",
    .about = "Shows the help of a command, the commands of a group, or the text of a topic. "
             "syscull help record shows what syscull record --help shows.",
    .examples =
        (const struct example[]){
            { "How are profiles checked?", "syscull help profile check", NULL },
            { 0 },
        },
    .operand = COMPLETE_COMMAND,
    .run = run,
};
