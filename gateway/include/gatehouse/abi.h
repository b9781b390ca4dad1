/* What crosses between the gateway and a plugin: plain structs of views and function pointers,
 * nothing else.
 *
 * People write against plugin.hpp; this file is what it is made of.  Additions go to the end of a
 * struct and raise the minor number: a plugin of an older minor loads, anything else is refused
 * before a byte of its code runs, by the stamp that lies in the file.  No function may throw
 * across; every pointer that is passed in is valid during the call only, unless it says otherwise.
 * Functions of `gh_host` are called on the thread of the worker that the exchange or the
 * `gh_worker` belongs to; `resume` and `post` on any. */
#ifndef GATEHOUSE_ABI_H
#define GATEHOUSE_ABI_H

#include <gatehouse/abi_tables.h>
#include <stddef.h>
#include <stdint.h>

#define GH_ABI_MAJOR 0u
#define GH_ABI_MINOR 6u
#define GH_STAMP_SECTION ".gatehouse"
#define GH_PLUGIN_SYMBOL "gatehouse_plugin"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gh_field_line {
  gh_text name;
  gh_text value;
} gh_field_line;

typedef struct gh_exchange gh_exchange;   /* one request and its response */
typedef struct gh_worker gh_worker;       /* one event loop */
typedef struct gh_operation gh_operation; /* under way: a fetch, a timer, a body that is read */
typedef struct gh_fixed gh_fixed;         /* header fields that many exchanges have alike */

enum gh_phase {
  GH_PREFLIGHT,
  GH_REQUEST,
  GH_REQUEST_BODY,
  GH_RESPONSE,
  GH_RESPONSE_BODY,
  GH_LOG,
  GH_SERVE,       /* the action of a route: `handler: NAME` */
  GH_SOCKET_OPEN, /* declared: they run when the gateway speaks WebSocket itself */
  GH_SOCKET_MESSAGE,
  GH_SERVE_SOCKET,
  GH_PHASE_COUNT
};

enum gh_verdict {
  GH_PASS,
  GH_ANSWER,  /* what `answer` was given ends the request phases */
  GH_SUSPEND, /* `resume` follows, with the ticket that was taken */
  GH_FAIL     /* the step failed: an exception */
};

/* ---- what a step sees and does ---- */

typedef struct gh_request {
  gh_text method;
  gh_text path;   /* canonical */
  gh_text query;  /* without its '?' */
  gh_text target; /* as received */
  gh_text host;   /* as received, with its port */
  gh_text host_name;
  gh_text scheme;
  gh_text id;
  gh_text rule;
  uint64_t generation;
  uint64_t content_length; /* UINT64_MAX: not known before its end */
  uint32_t has_body;
  uint32_t is_upgrade;
} gh_request;

enum gh_side { GH_CLIENT_REQUEST, GH_UPSTREAM, GH_RESPONSE_HEAD };

typedef struct gh_body {
  gh_text bytes;     /* a piece as it comes */
  uint32_t is_last;  /* nothing follows */
  uint32_t replaced; /* set: `out` goes on in its place, which lies in the exchange's memory or
                        lasts until the next call for that body */
  gh_text out;
} gh_body;

/* A part of a file.  The gateway sends it without holding it in memory or waiting for the disk on a
 * worker's thread, and closes the descriptor, whatever becomes of the answer. */
typedef struct gh_file {
  int32_t descriptor;
  uint64_t offset;
  uint64_t size;
} gh_file;

#define GH_ANSWER_FILE 2u

typedef struct gh_answer {
  gh_text reason; /* a word of docs/reasons.md for log and metrics; "": by the status */
  gh_text content_type;
  gh_text body;
  const gh_field_line* headers;
  size_t header_count;
  uint32_t status;     /* 0: the reason's */
  uint32_t error_page; /* 1: the gateway's own page in the form that the client accepts, in place of
                          `body`; GH_ANSWER_FILE: `file` */
  const gh_file* file; /* since 0.2; looked at with GH_ANSWER_FILE only */
} gh_answer;

typedef struct gh_ticket {
  uint32_t index;
  uint32_t round;
  uint32_t worker;
  uint32_t step;
} gh_ticket;

typedef struct gh_fetch {
  gh_text group;
  gh_text method; /* "": GET, or POST with a body */
  gh_text path;   /* with its query */
  gh_text host;   /* "": the group's name */
  gh_text body;
  const gh_field_line* headers;
  size_t header_count;
  uint64_t timeout_ms; /* 0: 2 s */
  uint64_t most_bytes; /* of the answer's body; 0: 1 MiB */
} gh_fetch;

typedef struct gh_fetched {
  gh_text reason; /* "": there is an answer; else a word of docs/reasons.md */
  gh_text body;
  const gh_field_line* headers;
  size_t header_count;
  uint32_t status;
} gh_fetched;

/* A command for a store, such as Redis: words of any bytes. */
typedef struct gh_command {
  gh_text store;
  const gh_text* words;
  size_t word_count;
  uint64_t timeout_ms; /* 0: the store's */
} gh_command;

enum gh_reply_type { GH_NIL, GH_NUMBER, GH_STRING, GH_STATUS, GH_ERROR, GH_ITEMS };

typedef struct gh_reply {
  uint32_t type;
  int64_t number;
  gh_text text; /* of a string, a status, an error */
  const struct gh_reply* items;
  size_t item_count;
} gh_reply;

typedef struct gh_identity {
  gh_text id;
  gh_text email;
  gh_text method; /* how it was found: jwt, session, … */
  const gh_text* roles;
  size_t role_count;
} gh_identity;

/* Where a step says what it would do in a phase of a request that `gatehouse explain` asks about.
 * Texts are copied. */
typedef struct gh_explained {
  void* data;
  void (*say)(void* data, gh_text words);      /* for people: "10.0.0.7 is in 10.0.0.0/8" */
  void (*answer)(void* data, uint32_t status); /* it would, in place of what follows */
  /* Of that answer; in GH_RESPONSE of whatever answer there is. */
  void (*set_header)(void* data, gh_text name, gh_text value);
  void (*remove_header)(void* data, gh_text name);
} gh_explained;

typedef struct gh_host {
  uint32_t major;
  uint32_t minor;
  size_t size;

  void (*request)(gh_exchange*, gh_request* out);
  /* The first value of a field as it stands; 0: there is none. */
  int (*header)(gh_exchange*, uint32_t side, gh_text name, gh_text* value);
  /* Writes up to `room` fields; returns how many there are. */
  size_t (*headers)(gh_exchange*, uint32_t side, gh_field_line* to, size_t room);
  /* 0, and nothing happens: the name is no token, the value holds CR, LF or NUL, or that head is
   * not there to change. */
  int (*set_header)(gh_exchange*, uint32_t side, gh_text name, gh_text value);
  int (*add_header)(gh_exchange*, uint32_t side, gh_text name, gh_text value);
  int (*remove_header)(gh_exchange*, uint32_t side, gh_text name);
  uint32_t (*status)(gh_exchange*);
  int (*set_status)(gh_exchange*, uint32_t status);
  /* The path that the target gets; 0: not one that could stand there. */
  int (*set_path)(gh_exchange*, gh_text path);
  /* Addresses: 4 or 16 bytes are written, and their number returned. */
  size_t (*client_address)(gh_exchange*, uint8_t out[16]); /* behind trusted proxies */
  size_t (*peer_address)(gh_exchange*, uint8_t out[16]);   /* of the connection */
  gh_text (*client_text)(gh_exchange*);
  /* Why the exchange ends as it does, for `response` and `log`. */
  gh_text (*reason)(gh_exchange*);
  /* Memory for as long as the exchange lasts; never NULL. */
  void* (*allocate)(gh_exchange*, size_t size, size_t alignment);
  /* What GH_ANSWER, returned next, means.  Everything is copied. */
  void (*answer)(gh_exchange*, const gh_answer*);
  /* From now on pieces of that body may be replaced; to be called in `request` or `response`,
   * before the head goes. */
  void (*rewrite_body)(gh_exchange*, uint32_t side);
  /* Replaces the whole body that the target gets; after `read_body` or where there is none. */
  int (*replace_body)(gh_exchange*, gh_text body);

  /* The ticket for a wait that begins by returning GH_SUSPEND. */
  gh_ticket (*suspend)(gh_exchange*);
  /* Ends a wait, from any thread; `answer` goes with GH_ANSWER and is copied.  0: that wait is over
   * already (counted). */
  int (*resume)(gh_ticket, uint32_t verdict, const gh_answer* answer);
  /* Operations call `done` once, at the earliest after the call has returned, unless they are
   * cancelled before. */
  gh_operation* (*read_body)(gh_exchange*, uint64_t most,
                             void (*done)(void* user, int whole, gh_text body), void* user);
  gh_operation* (*fetch)(gh_worker*, const gh_fetch*, void (*done)(void* user, const gh_fetched*),
                         void* user);
  gh_operation* (*sleep)(gh_worker*, uint64_t milliseconds, void (*done)(void* user), void* user);
  void (*cancel)(gh_operation*);

  /* What earlier steps know of the client; NULL: nobody signed in. */
  const gh_identity* (*identity)(gh_exchange*);
  void (*set_identity)(gh_exchange*, const gh_identity*); /* copied */
  int (*value)(gh_exchange*, gh_text name, gh_text* value);
  void (*set_value)(gh_exchange*, gh_text name, gh_text value); /* copied */
  int (*next_value)(gh_exchange*, size_t place, gh_text* name, gh_text* value);

  gh_worker* (*worker_of)(gh_exchange*);
  uint32_t (*worker_number)(gh_worker*);
  int64_t (*now_us)(gh_worker*);
  int64_t (*wall_us)(gh_worker*);
  /* Runs `call` on a worker's thread, from any thread; 0: it is gone or does not keep up. */
  int (*post)(uint32_t worker, void (*call)(void* user), void* user);
  uint32_t (*address)(gh_worker*);                         /* for `post` */
  void (*log)(gh_text plugin, int is_error, gh_text text); /* from any thread */

  /* Takes a query parameter away from all that follow: target, log, later steps.  A Referer that
   * has it goes, too.  Views of the query and the target are to be read again. */
  void (*hide_parameter)(gh_exchange*, gh_text name);
  /* How long the answer's body says that it is; UINT64_MAX: nobody knows before its end. */
  uint64_t (*response_length)(gh_exchange*);
  /* Asks a store.  An operation, as above.  `reply`: NULL: there is none, for `reason` (a word of
   * docs/reasons.md). */
  gh_operation* (*command)(gh_worker*, const gh_command*,
                           void (*done)(void* user, gh_text reason, const gh_reply* reply),
                           void* user);
  /* What logs and metrics call the step that runs: the instance, the plugin, or ROUTE/PLUGIN. */
  gh_text (*step_name)(gh_exchange*);

  /* Since 0.4.  Fields that many exchanges have alike, checked and laid out once; those that
   * `add_header` would not take are left out.  From any thread; never NULL. */
  gh_fixed* (*fix_headers)(const gh_field_line* lines, size_t count);
  void (*free_fixed)(gh_fixed*);
  /* Adds them all.  Nothing is copied: they outlive the exchange, as what the plugin's object and
   * its shared part own does.  0, and nothing happens: that head is not there to change. */
  int (*add_fixed)(gh_exchange*, uint32_t side, const gh_fixed*);
  /* Removes every field that has one of their names, in one pass. */
  int (*remove_fixed)(gh_exchange*, uint32_t side, const gh_fixed*);
  /* That of `request`, for who asks for nothing else. */
  gh_text (*method)(gh_exchange*);

  /* Since 0.6.  As `header`; returns how many of that name there are. */
  size_t (*count_header)(gh_exchange*, uint32_t side, gh_text name, gh_text* first);
  /* What the target gets, as far as rewrites and steps have said; the query without its '?'. */
  void (*upstream_target)(gh_exchange*, gh_text* path, gh_text* query);
} gh_host;

typedef struct gh_plugin {
  gh_text name;
  gh_text version;
  gh_text doc;
  uint32_t phases; /* bits 1 << gh_phase */
  const gh_schema* schema;
  const gh_metric* metrics;
  size_t metric_count;
  size_t memo_size; /* per exchange; 0: none */
  size_t memo_alignment;

  void (*attach)(const gh_host*); /* first of all, once */
  void* (*make_config)(void);
  void (*free_config)(void* config);
  uint32_t (*traits)(const void* config);                /* gh_trait */
  void (*check)(const void* config, const gh_problems*); /* may be NULL */
  /* Per gateway; may be NULL.  NULL returned: it failed. */
  void* (*make_shared)(const void* config);
  void (*hand_over)(void* to, void* from); /* `from` is in use until the new one is live */
  void (*free_shared)(void* shared);
  /* Per worker. */
  void* (*make)(const void* config, void* shared);
  void (*free)(void* self);
  void (*start)(void* self, gh_worker*); /* on its thread; may be NULL */
  void (*stop)(void* self);              /* on its thread, before `free`; may be NULL */
  void (*make_memo)(void* memo);
  void (*free_memo)(void* memo);

  uint32_t (*call[GH_PHASE_COUNT])(void* self, gh_exchange*, void* memo, gh_body*);
  /* A wait has ended without the step: client gone, deadline, drain. */
  void (*cancel)(void* self, void* memo);
  /* `out`: one number, or GH_BUCKETS and the sum in microseconds of a histogram.  From any thread.
   */
  void (*read_metric)(const void* self, size_t index, uint64_t* out);
  /* The header fields by which it tells a target who the client is; may be NULL.  On every route to
   * such a target a client's own are dropped, in each spelling that some server takes for them. */
  void (*identity_fields)(const void* config, void (*name)(void* user, gh_text name), void* user);
  /* What a step would do in GH_PREFLIGHT, GH_REQUEST or GH_RESPONSE, a handler (since 0.3) in
   * GH_SERVE; may be NULL.  Of the exchange there is only the client's request and its address:
   * nothing is sent, and nobody waits. */
  void (*explain)(const void* config, uint32_t phase, gh_exchange*, const gh_explained*);
  /* Since 0.3.  What it cannot work without and does not have, for /readyz: "no key set of
   * https://id.example.com"; may be NULL, and may call `say` not at all.  From any thread. */
  void (*lacks)(const void* shared, void (*say)(void* user, gh_text what), void* user);
  /* Since 0.5.  The exchange is on its way to the step, through those before it; may be NULL.  It
   * may not come.  Time to ask the processor for memory that is far away, not to do anything: of
   * the exchange there is only the client's request.  Since 0.6 with the step's memo. */
  void (*expect)(void* self, gh_exchange*, void* memo);
  /* Since 0.5.  How long its waits may take where the file does not say; 0: 2 s. */
  uint64_t deadline_ms;
} gh_plugin;

enum gh_trait { GH_GIVES_IDENTITY = 1, GH_NEEDS_IDENTITY = 2 };

/* What lies in the section GH_STAMP_SECTION of a plugin's file: read before the file is loaded. */
typedef struct gh_stamp {
  char magic[8]; /* "gatehse" */
  uint32_t major;
  uint32_t minor;
  uint32_t plugin_size; /* sizeof(gh_plugin), and so on */
  uint32_t host_size;
  uint32_t field_size;
  uint32_t values_size; /* the sum of the others */
  char name[64];
  char version[32];
} gh_stamp;

#define GH_VALUES_SIZE                                                               \
  (sizeof(gh_value) + sizeof(gh_metric) + sizeof(gh_request) + sizeof(gh_body) +     \
   sizeof(gh_answer) + sizeof(gh_ticket) + sizeof(gh_fetch) + sizeof(gh_fetched) +   \
   sizeof(gh_identity) + sizeof(gh_schema) + sizeof(gh_problems) + sizeof(gh_file) + \
   sizeof(gh_explained) + sizeof(gh_command) + sizeof(gh_reply))

#ifdef __cplusplus
}
#endif
#endif
