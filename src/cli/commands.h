/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYSCULL_CLI_COMMANDS_H
#define SYSCULL_CLI_COMMANDS_H

#include "command.h"

extern const struct command cull_command_audit;
extern const struct command cull_command_audit_doctor;
extern const struct command cull_command_completion;
extern const struct command cull_command_containers;
extern const struct command cull_command_explain;
extern const struct command cull_command_help;
extern const struct command cull_command_inspect;
extern const struct command cull_command_profile_check;
extern const struct command cull_command_profile_generate;
extern const struct command cull_command_profile_new;
extern const struct command cull_command_profile_resolve;
extern const struct command cull_command_profile_show;
extern const struct command cull_command_record;
extern const struct command cull_command_record_merge;
extern const struct command cull_command_record_show;
extern const struct command cull_command_run;
extern const struct command cull_command_syscall;

#endif
