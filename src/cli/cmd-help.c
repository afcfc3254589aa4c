/* SPDX-License-Identifier: Apache-2.0 */
/* syscull help: of a command, of a group of commands, else an explanation. */
#include <string.h>
#include <syscull/table.h>

#include "commands.h"
#include "view.h"

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

static void add_options(struct cull_view *view, const struct command *command)
{
    cull_view_list(view, "options");
    for (const struct option *option = command->options; option && option->help; option++) {
        char letter[2] = { option->letter };

        cull_view_map(view, NULL);
        cull_view_string(view, "letter", NULL, option->letter ? letter : NULL);
        cull_view_string(view, "name", NULL, option->name);
        cull_view_string(view, "argument", NULL, option->argument);
        cull_view_string(view, "help", NULL, option->help);
        cull_view_end(view);
    }
    cull_view_end(view);
}

static void add_examples(struct cull_view *view, const struct command *command)
{
    const struct example *example = command->examples;

    cull_view_list(view, "examples");
    for (; example && example->line; example++) {
        cull_view_map(view, NULL);
        cull_view_string(view, "says", NULL, example->says);
        cull_view_string(view, "line", NULL, example->line);
        cull_view_string(view, "needs", NULL, example->needs);
        cull_view_end(view);
    }
    cull_view_end(view);
}

/* The whole table, for programs: the manual page and the examples are checked with it. */
static int print_table(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto(view) view = NULL;
    int r;

    r = cull_view_new(&view, reterr);
    if (r < 0)
        return r;
    cull_view_list(view, "commands");
    for (size_t i = 0; i < cull_commands_count; i++) {
        const struct command *command = cull_commands[i];

        cull_view_map(view, NULL);
        cull_view_string(view, "path", NULL, command->path);
        cull_view_string(view, "synopsis", NULL, command->synopsis);
        cull_view_string(view, "brief", NULL, command->brief);
        cull_view_bool(view, "takesProgram", NULL, command->takes_program);
        add_options(view, command);
        add_examples(view, command);
        cull_view_end(view);
    }
    cull_view_end(view);
    return cull_view_print(view, given->output, reterr);
}

static int run(const struct invocation *given, struct cull_error *reterr)
{
    cull_auto_text topic = { 0 }, out = { 0 };
    int status = STATUS_YES;

    if (given->output != OUTPUT_TEXT && given->operands_count == 0)
        return print_table(given, reterr);
    if (given->output != OUTPUT_TEXT)
        return cull_say_usage(given->command,
                              "--output %s is the table of all commands: leave "
                              "\"%s\" out",
                              cull_option_value(given, "output"), given->operands[0]);
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
    .synopsis = "[COMMAND|TOPIC] [--output FORMAT]",
    .brief = "of a command, or of a topic that explain knows",
    .about = "Shows the help of a command, the commands of a group, or the text of a topic. "
             "Without an argument, "
             "--output json is the table of all commands, options and examples.",
    .options = (const struct option[]){ OPTION_OUTPUT, { 0 } },
    .examples =
        (const struct example[]){
            { "How are profiles checked?", "syscull help profile check", NULL },
            { 0 },
        },
    .operand = COMPLETE_COMMAND,
    .run = run,
};
