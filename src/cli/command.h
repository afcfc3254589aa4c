/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command - what a command is: its table entry, from which help, completion and the check of the
 * manual page are made, and what the user gave it.
 */
#ifndef SYSCULL_CLI_COMMAND_H
#define SYSCULL_CLI_COMMAND_H

#include <syscull/base.h>

/* Exit statuses are answers, as those of grep and diff are. */
enum status {
    STATUS_YES = 0,
    STATUS_NO = 1, /* denied, invalid, different, not found */
    STATUS_USAGE = 2,
    STATUS_TROUBLE = 3,
    STATUS_LAUNCH_TROUBLE = 125, /* commands that run a program: syscull itself is the reason */
    STATUS_CANNOT_EXECUTE = 126,
    STATUS_NOT_FOUND = 127,
};

/* What completion offers. */
enum complete {
    COMPLETE_NOTHING,
    COMPLETE_FILE,
    COMPLETE_PROFILE, /* files, and the names of the built-in profiles */
    COMPLETE_BUILTIN,
    COMPLETE_CONTAINER,
    COMPLETE_ARCH,
    COMPLETE_SYSCALL,
    COMPLETE_GROUP,
    COMPLETE_ACTION,
    COMPLETE_TOPIC,
    COMPLETE_COMMAND,
    COMPLETE_WORDS, /* those in words */
};

struct option {
    char letter;          /* 0: none */
    const char *name;     /* without the dashes; NULL: none */
    const char *argument; /* what its value is called, "FILE"; NULL: takes none */
    const char *help;
    enum complete complete;
    const char *words; /* separated by blanks */
    bool many;         /* may be given more than once */
};

struct example {
    const char *says;
    const char *line;
    const char *needs; /* NULL: everybody can run it anywhere; else "root", "docker", "files" */
};

struct invocation;

struct command {
    const char *path;     /* "profile check" */
    const char *synopsis; /* its arguments; a second form stands after a line break */
    const char *brief;
    const char *about;
    const struct option *options;   /* ends with an empty one; NULL: none */
    const struct example *examples; /* ends with an empty one */
    enum complete operand;
    const char *words;  /* of operand COMPLETE_WORDS */
    bool takes_program; /* what follows -- is a program with its arguments */
    /* An exit status, or a negative errno with reterr filled. */
    int (*run)(const struct invocation *given, struct cull_error *reterr);
};

#define OPTION_OUTPUT                                                                          \
    {                                                                                          \
        .name = "output", .argument = "FORMAT", .complete = COMPLETE_WORDS,                    \
        .words = "text json jsonl", .help = "text (the default), json, or jsonl: a row a line" \
    }
#define OPTION_FILE(what)                                                          \
    {                                                                              \
        .letter = 'o', .argument = "FILE", .complete = COMPLETE_FILE, .help = what \
    }
#define OPTION_ARCH(what)                                                                          \
    {                                                                                              \
        .letter = 'a', .name = "arch", .argument = "ARCH", .complete = COMPLETE_ARCH, .help = what \
    }
#define OPTION_CAPS                                                                     \
    {                                                                                   \
        .name = "caps", .argument = "LIST",                                             \
        .help = "the container's capabilities, separated by commas: names, all, none, " \
                "default (what engines give when nothing is said)"                      \
    }
#define OPTION_KERNEL                                         \
    {                                                         \
        .name = "kernel", .argument = "VERSION",              \
        .help = "resolve minKernel for this version, as 5.15" \
    }

/* The table, in the order in which help shows it. */
extern const struct command *const cull_commands[];
extern const size_t cull_commands_count;

/* The entry of a path, or NULL. */
const struct command *cull_command_find(const char *path);
/* The group of a first word ("profile" of "profile check"): true if there is one. */
bool cull_command_is_group(const char *word);
/* The path that is nearest to what was typed, or NULL. */
const char *cull_command_nearest(const char *typed);

/* ---- what was given ---------------------------------------------------------------------- */

struct given_option {
    const struct option *option;
    const char *value; /* NULL: takes none */
};

enum output { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_JSON_LINES };

struct invocation {
    const struct command *command;
    struct given_option *options;
    size_t options_count;
    char **operands; /* ends with NULL */
    size_t operands_count;
    char **program; /* what followed --, ends with NULL; NULL: there was no -- */
    enum output output;
    bool help;
};

/* Sort arguments into options, operands and program.  0, STATUS_USAGE (said), or -ENOMEM. */
int cull_options_parse(const struct command *command, char **arguments, struct invocation *ret,
                       struct cull_error *reterr);
void cull_options_clear(struct invocation *given);
/* Option by its name, or by its letter when it has no name: NULL when it was not given. */
const struct given_option *cull_option(const struct invocation *given, const char *name);
const char *cull_option_value(const struct invocation *given, const char *name);

/* ---- saying ------------------------------------------------------------------------------- */

/* "syscull: ..." on standard error.  Control characters of what users or kernels named are shown
 * as such, never sent to the terminal. */
void cull_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void cull_say_error(const struct cull_error *error);
/* The same and the way to the help; returns STATUS_USAGE. */
int cull_say_usage(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Append text with control characters replaced by \xNN. */
void cull_text_add_clean(struct cull_text *text, const char *data);

/* ---- help -------------------------------------------------------------------------------------- */

void cull_help_screen(struct cull_text *out);
void cull_help_command(const struct command *command, struct cull_text *out);
void cull_help_group(const char *word, struct cull_text *out);

#endif
