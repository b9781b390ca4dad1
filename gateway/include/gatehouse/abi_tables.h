/* The part of abi.h about tables: a plugin's configuration and what it counts. */
#ifndef GATEHOUSE_ABI_TABLES_H
#define GATEHOUSE_ABI_TABLES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gh_text {
  const char* data;
  size_t size;
} gh_text;

/* ---- configuration: a table, by which the file is checked and the plugin's struct filled ---- */

enum gh_type {
  GH_BOOL,    /* number: 0 or 1 */
  GH_INTEGER, /* number */
  GH_TEXT,
  GH_SIZE,    /* number: bytes */
  GH_TIME,    /* number: milliseconds */
  GH_WORD,    /* number: its place among `words`; text: the word */
  GH_SECRET,  /* text; never printed.  "file:PATH" is the file's bytes */
  GH_FILE,    /* text: the file's bytes; key: its path, from the folder of routes.yaml */
  GH_PATH,    /* text: made absolute from the folder of routes.yaml, unless it is a URL */
  GH_GROUP,   /* text: name of a target group that is there */
  GH_REGEX,   /* text: an expression that RE2 compiles */
  GH_NAMES,   /* a map: key and text of each entry; a list gives the same key several times */
  GH_SECTION, /* a map with its own table */
  GH_STORE,   /* text: name of a store of `stores:` that takes commands */
  /* Since 0.5.  Of a file as GH_FILE; key: a URL, and no text */
  GH_FILE_OR_URL
};

enum gh_field_flag {
  GH_REQUIRED = 1,
  GH_LIST = 2, /* one or several: `set` or `enter` is called for each, after `reset` */
  GH_NOT_EMPTY = 4
};

typedef struct gh_value {
  int64_t number;
  gh_text text;
  gh_text key;
} gh_value;

struct gh_schema;
typedef struct gh_field {
  gh_text name;
  gh_text doc;
  gh_text example; /* "": made from the type */
  gh_text initial; /* the default as it would be written; "": none */
  gh_text later;   /* not "": not available yet; what it would do */
  uint32_t type;
  uint32_t flags;
  uint64_t min;
  uint64_t max;
  const gh_text* words;
  size_t word_count;
  size_t available; /* so many of the words; the others come in a later version */
  const struct gh_schema* section;
  void (*reset)(void* object);
  void (*set)(void* object, const gh_value* value);
  void* (*enter)(void* object); /* of a section: where its fields go */
  uint64_t unit; /* since 0.6; of a time, in milliseconds: it is whole multiples of this; 0: of 1 */
} gh_field;

typedef struct gh_schema {
  const gh_field* fields;
  size_t count;
} gh_schema;

/* Where `check` says what is wrong beyond the table.  `path`: "jwt.secret", "rules[2].path"; "":
 * the whole. */
typedef struct gh_problems {
  void* data;
  void (*report)(void* data, int is_warning, gh_text path, gh_text message, gh_text hint);
} gh_problems;

/* ---- metrics ---- */

enum gh_metric_kind { GH_COUNTER, GH_GAUGE, GH_HISTOGRAM };
#define GH_BUCKETS \
  15 /* up to 0.5 1 2.5 5 10 25 50 100 250 500 1000 2500 5000 10000 ms, and the rest */

typedef struct gh_metric {
  gh_text name; /* gatehouse_PLUGIN_NAME, with _total or _seconds behind it */
  gh_text doc;
  gh_text label; /* "": none; else `NAME="VALUE"` */
  uint32_t kind;
} gh_metric;

#ifdef __cplusplus
}
#endif

#endif
