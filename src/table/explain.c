/* SPDX-License-Identifier: Apache-2.0 */
#include <strings.h>

#include "tables.h"

const char *cull_explain_text(const char *topic)
{
    for (size_t i = 0; cull_table_topics[i]; i++) {
        if (!strcasecmp(topic, cull_table_topics[i]))
            return cull_table_texts[i];
    }
    for (size_t i = 0; i < cull_table_topic_names_count; i++) {
        if (!strcasecmp(topic, cull_table_topic_names[i].word))
            return cull_table_texts[cull_table_topic_names[i].value];
    }
    return NULL;
}

const char *const *cull_explain_topics(void)
{
    return cull_table_topics;
}
