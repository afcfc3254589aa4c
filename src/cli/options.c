/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options, driven by the command's own table entry.  Not getopt_long(3): it abbreviates (what works
 * today is ambiguous tomorrow), prints by itself, and cannot say what was meant.
 */
#include <errno.h>
#include <string.h>

#include "command.h"

static const struct option help_option = { .letter = 'h', .name = "help" };

static const struct option *by_letter(const struct command *command, char letter)
{
    if (letter == 'h')
        return &help_option;
    for (const struct option *option = command->options; option && option->help; option++) {
        if (option->letter == letter)
            return option;
    }
    return NULL;
}

static const struct option *by_name(const struct command *command, const char *name, size_t size)
{
    if (strlen("help") == size && memcmp(name, "help", size) == 0)
        return &help_option;
    for (const struct option *option = command->options; option && option->help; option++) {
        if (option->name && strlen(option->name) == size && memcmp(option->name, name, size) == 0)
            return option;
    }
    return NULL;
}

/* "record ls -l": the option is the command's, which should follow --. */
static bool is_for_program(const struct invocation *given)
{
    return given->command->takes_program && given->operands_count > 0;
}

static int say_dashes(const struct invocation *given)
{
    return cull_say_usage(given->command, "put -- before the command: syscull %s ... -- %s ...",
                          given->command->path, given->operands[0]);
}

static int unknown_long(const struct command *command, const char *name)
{
    const char *names[64], *nearest;
    size_t count = 0;

    names[count++] = "help";
    for (const struct option *option = command->options; option && option->help; option++) {
        if (option->name != NULL && count < 64)
            names[count++] = option->name;
    }
    nearest = cull_text_nearest(name, names, count);
    for (size_t i = 0; i < count && nearest == NULL; i++) {
        if (strncmp(names[i], name, strlen(name)) == 0)
            nearest = names[i]; /* abbreviated */
    }
    if (nearest != NULL)
        return cull_say_usage(command, "unknown option --%s, did you mean --%s?", name, nearest);
    for (const struct option *option = command->options; option && option->help; option++) {
        if (option->name == NULL && option->letter == *name)
            return cull_say_usage(command, "unknown option --%s, did you mean -%c %s?", name,
                                  option->letter, option->argument ? option->argument : "");
    }
    return cull_say_usage(command, "unknown option --%s", name);
}

static int add(struct invocation *given, const struct option *option, const char *value)
{
    if (option == &help_option) {
        given->help = true;
        return 0;
    }
    for (size_t i = 0; i < given->options_count && !option->many; i++) {
        if (given->options[i].option != option)
            continue;
        if (option->name != NULL)
            return cull_say_usage(given->command, "--%s is given twice", option->name);
        return cull_say_usage(given->command, "-%c is given twice", option->letter);
    }
    given->options[given->options_count++] = (struct given_option){ .option = option,
                                                                    .value = value };
    return 0;
}

/* "--raw -o x" forgot the value of --raw; one that begins with a dash can follow an equals sign. */
static bool is_value(const char *word)
{
    return word != NULL && (word[0] != '-' || word[1] == '\0');
}

/* "--name", "--name=value" or "--name value": *next moves over what was taken. */
static int parse_long(struct invocation *given, const char *text, char ***next)
{
    const char *equals = strchr(text, '=');
    const struct option *option = by_name(given->command, text,
                                          equals ? (size_t)(equals - text) : strlen(text));

    if (option == NULL) {
        cull_auto_text name = { 0 };

        if (is_for_program(given))
            return say_dashes(given);
        cull_text_append(&name, text, equals ? (size_t)(equals - text) : strlen(text));
        return unknown_long(given->command, name.data ? name.data : "");
    }
    if (option->argument == NULL && equals != NULL)
        return cull_say_usage(given->command, "--%s takes no value", option->name);
    if (option->argument == NULL)
        return add(given, option, NULL);
    if (equals == NULL && !is_value(**next))
        return cull_say_usage(given->command, "--%s needs its %s", option->name, option->argument);
    return add(given, option, equals ? equals + 1 : *(*next)++);
}

/* "-x", "-xy", "-ovalue" or "-o value". */
static int parse_letters(struct invocation *given, const char *text, char ***next)
{
    for (; *text != '\0'; text++) {
        const struct option *option = by_letter(given->command, *text);
        int r;

        if (option == NULL && is_for_program(given))
            return say_dashes(given);
        if (option == NULL)
            return cull_say_usage(given->command, "unknown option -%c", *text);
        if (option->argument == NULL) {
            r = add(given, option, NULL);
            if (r != 0)
                return r;
            continue;
        }
        if (text[1] != '\0')
            return add(given, option, text + 1);
        if (!is_value(**next))
            return cull_say_usage(given->command, "-%c needs its %s", *text, option->argument);
        return add(given, option, *(*next)++);
    }
    return 0;
}

static int parse_output(struct invocation *given)
{
    static const char *const formats[] = { "text", "json", "jsonl" };
    const char *value = cull_option_value(given, "output");

    if (value == NULL)
        return 0;
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(value, formats[i]) == 0) {
            given->output = (enum output)i;
            return 0;
        }
    }
    return cull_say_usage(given->command, "unknown output format \"%s\": text, json or jsonl%s",
                          value, by_letter(given->command, 'o') ? " (a file is -o FILE)" : "");
}

int cull_options_parse(const struct command *command, char **arguments, struct invocation *ret,
                       struct cull_error *reterr)
{
    char **next = arguments;
    size_t count = 0;
    int r = 0;

    while (arguments[count] != NULL)
        count++;
    *ret = (struct invocation){ .command = command };
    ret->options = calloc(count + 1, sizeof *ret->options);
    ret->operands = calloc(count + 1, sizeof *ret->operands);
    if (ret->options == NULL || ret->operands == NULL)
        return cull_fail_memory(reterr);
    while (*next != NULL && r == 0) {
        char *word = *next++;

        if (strcmp(word, "--") == 0 && command->takes_program) {
            ret->program = next;
            break;
        }
        if (strcmp(word, "--") == 0) {
            while (*next != NULL)
                ret->operands[ret->operands_count++] = *next++;
        } else if (word[0] == '-' && word[1] == '-') {
            r = parse_long(ret, word + 2, &next);
        } else if (word[0] == '-' && word[1] != '\0') {
            r = parse_letters(ret, word + 1, &next);
        } else {
            ret->operands[ret->operands_count++] = word;
        }
    }
    return r != 0 || ret->help ? r : parse_output(ret);
}

void cull_options_clear(struct invocation *given)
{
    free(given->options);
    free(given->operands);
}

const struct given_option *cull_option(const struct invocation *given, const char *name)
{
    for (size_t i = 0; i < given->options_count; i++) {
        const struct option *option = given->options[i].option;

        if (option->name ? strcmp(option->name, name) == 0
                         : name[0] == option->letter && name[1] == '\0')
            return &given->options[i];
    }
    return NULL;
}

const char *cull_option_value(const struct invocation *given, const char *name)
{
    const struct given_option *option = cull_option(given, name);

    return option ? option->value : NULL;
}
